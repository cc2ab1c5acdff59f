#!/usr/bin/env bash
# publish.sh VERSION BUILT makes commit B and publishes the draft, which sets the tag on B.
set -euo pipefail

version=$1 built=$2 list=.github/action/checksums.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The draft has lain where others may write.
gh release download "$version" --dir "$scratch/drafted"
diff -r --exclude=notes.md "$built" "$scratch/drafted"

# Through the API, which signs the commit, and refuses if the branch is anywhere but at commit A.
gh api "repos/$GITHUB_REPOSITORY/git/refs" -f "ref=refs/heads/release/$version" -f "sha=$GITHUB_SHA" --silent
jq -n --arg repository "$GITHUB_REPOSITORY" --arg branch "release/$version" --arg head "$GITHUB_SHA" --arg headline "Checksums of $version" \
	--arg path "$list" --rawfile text "$built/checksums.txt" '{
	query: "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }",
	variables: {input: {
		branch: {repositoryNameWithOwner: $repository, branchName: $branch},
		message: {headline: $headline},
		expectedHeadOid: $head,
		fileChanges: {additions: [{path: $path, contents: ($text | @base64)}]}
	}}
}' >"$scratch/commit.json"
commit=$(gh api graphql --input "$scratch/commit.json" --jq .data.createCommitOnBranch.commit.oid)
[[ $commit =~ ^[0-9a-f]{40}$ ]]

# B is A and this one file, or nothing is published.
changed=$(gh api "repos/$GITHUB_REPOSITORY/compare/$GITHUB_SHA...$commit" --jq '[.ahead_by, .files[].filename] | join(" ")')
[[ $changed == "1 $list" ]]
for archive in "$built"/*.tar.gz; do
	gh attestation verify "$archive" --repo "$GITHUB_REPOSITORY" --signer-workflow "$GITHUB_REPOSITORY/.github/workflows/release.yml"
done

gh release edit "$version" --target "$commit" --draft=false
tagged=$(gh api "repos/$GITHUB_REPOSITORY/commits/$version" --jq .sha)
if [[ $tagged != "$commit" ]]; then
	printf 'release: %s is on %s and not on %s\n' "$version" "$tagged" "$commit" >&2
	exit 1
fi
printf '%s is commit %s\n' "$version" "$commit"
