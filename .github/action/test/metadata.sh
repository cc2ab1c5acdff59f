# Sourced by test.sh: action.yml, the scripts and the command line know the same inputs.

inputs=$(awk '/^[a-z]/ { part = $1 } part == "inputs:" && /^  [a-z-]+:/ { sub(":", "", $1); print $1 }' "$tree/action.yml")
for name in $inputs; do
	variable=$(sed -n "s/^ *\([A-Z_]*\): \${{ inputs\.$name\( || env\.\1\)\{0,1\} }}\$/\1/p" "$tree/action.yml")
	holds "the input $name goes into a variable" test -n "$variable"
	holds 'which is read' grep -qF -- "\${$variable" "$tree"/.github/action/*.sh
done

# Every flag of check is an input, except what an action decides for itself: GitHub runs at the time of the clock, and a step has a folder of its own.
flags=$(awk '/^### / { at = $0 } at == "### defectgate check" && /^\| `/' "$tree/cmd/defectgate/README.md" |
	sed -n 's/^| `\(-., \)\{0,1\}--\([a-z-]*\).*/\2/p')
holds 'the manual has flags' test "$(wc -l <<<"$flags")" -gt 20
for flag in $flags; do
	if [[ " now keep-checkpoint " != *" $flag "* ]]; then
		holds "the flag --$flag is an input" grep -qx -- "$flag" <<<"$inputs"
	fi
done
