package gate

import (
	"slices"
	"strings"
)

// joinAliases merges the parts that name one vulnerability of one component by different ids.
//
// Ids that one part names together are one vulnerability, and so on from part to part, except through a CVE: every CVE is a
// vulnerability of its own. A part that names no CVE belongs to each CVE that its ids are named with elsewhere; where these are
// several, the ids are shared aliases and identify none of them. So no order of reports changes the result, and nothing is lost.
func joinAliases(parts []*part) []*Defect {
	byComponent := map[string][]*part{}
	for _, p := range parts {
		key := string(p.Kind) + "\x00" + p.pkg
		byComponent[key] = append(byComponent[key], p)
	}
	defects := make([]*Defect, 0, len(parts))
	for _, list := range byComponent {
		if !share(list) {
			for _, p := range list {
				defects = append(defects, &p.Defect)
			}
			continue
		}
		defects = append(defects, newAliasGroups(list).defects()...)
	}
	return defects
}

// share reports whether any id stands in two parts, or a part names two CVEs. Most components need no more than this look.
func share(list []*part) bool {
	seen := map[string]bool{}
	for _, p := range list {
		if len(p.ids) > 1 && isCVE(p.ids[1]) {
			return true
		}
		for _, id := range p.ids {
			if seen[id] {
				return true
			}
			seen[id] = true
		}
	}
	return false
}

// aliasGroups sorts the parts of one component into vulnerabilities. A cluster is a set of ids, none of them a CVE, that are named together.
type aliasGroups struct {
	parts  []*part
	parent map[string]string   // union-find over ids that are no CVEs
	cves   map[string][]string // cluster → CVEs that are named with one of its ids
}

func newAliasGroups(parts []*part) *aliasGroups {
	g := &aliasGroups{parts: parts, parent: map[string]string{}, cves: map[string][]string{}}
	for _, p := range parts {
		_, others := splitCVEs(p.ids)
		for _, id := range others {
			g.unite(others[0], id)
		}
	}
	for _, p := range parts {
		if cves, others := splitCVEs(p.ids); len(others) > 0 {
			cluster := g.find(others[0])
			g.cves[cluster] = union(g.cves[cluster], cves)
		}
	}
	return g
}

// splitCVEs relies on the order of ids: CVEs stand first.
func splitCVEs(ids []string) (cves, others []string) {
	n := 0
	for n < len(ids) && isCVE(ids[n]) {
		n++
	}
	return ids[:n], ids[n:]
}

func (g *aliasGroups) find(id string) string {
	for g.parent[id] != "" && g.parent[id] != id {
		above := g.parent[g.parent[id]]
		g.parent[id], id = above, above // halves the way for whoever comes next
	}
	return id
}

func (g *aliasGroups) unite(a, b string) {
	if ra, rb := g.find(a), g.find(b); ra != rb {
		g.parent[max(ra, rb)] = min(ra, rb)
	}
	if g.parent[b] == "" {
		g.parent[b] = b
	}
}

// homes names the vulnerabilities that a part belongs to: its CVEs, else the CVEs of its cluster, else the cluster.
func (g *aliasGroups) homes(p *part) []string {
	cves, others := splitCVEs(p.ids)
	if len(cves) > 0 {
		return cves
	}
	cluster := g.find(others[0])
	if len(g.cves[cluster]) > 0 {
		return g.cves[cluster]
	}
	return []string{cluster}
}

func (g *aliasGroups) defects() []*Defect {
	members := map[string][]*part{}
	for _, p := range g.parts {
		for _, home := range g.homes(p) {
			members[home] = append(members[home], p)
		}
	}
	defects := make([]*Defect, 0, len(members))
	for home, list := range members {
		defects = append(defects, g.join(home, list))
	}
	return defects
}

// join makes one defect of the parts of one vulnerability. Only ids that belong to it alone identify it.
func (g *aliasGroups) join(home string, list []*part) *Defect {
	d := &Defect{}
	own := []string{home}
	for _, p := range list {
		d.absorb(&p.Defect)
		_, others := splitCVEs(p.ids)
		for _, id := range others {
			if cves := g.cves[g.find(id)]; len(cves) < 2 {
				own = append(own, id)
			}
		}
	}
	own = sorted(own, compareIDs)
	d.ID = own[0]
	d.Aliases = slices.DeleteFunc(d.Aliases, func(id string) bool { return isCVE(id) && id != home })
	d.Fingerprints = fingerprintsOf(d.Kind, own, list[0].pkg)
	return d
}

// joinNeighbours merges code findings of different tools that have one CWE and one path and stand at most two lines apart.
// Two findings of one tool stay two. Defects must be finished.
func joinNeighbours(code []*Defect) []*Defect {
	slices.SortFunc(code, compareNeighbours)
	joined := make([]*Defect, 0, len(code))
	start := 0 // of the run of joined that has the CWE and the path of the current one
	for _, d := range code {
		if start < len(joined) && !samePlace(joined[start], d) {
			start = len(joined)
		}
		if home := neighbour(joined[start:], d); home != nil {
			home.absorb(d)
			continue
		}
		joined = append(joined, d)
	}
	return joined
}

const neighbourLines = 2

// neighbour finds the nearest earlier defect that may take d in. Lines only grow, so the first one too far away ends the search.
func neighbour(run []*Defect, d *Defect) *Defect {
	for _, candidate := range slices.Backward(run) {
		if line(d)-line(candidate) > neighbourLines {
			return nil
		}
		if line(candidate) > 0 && lowestCWE(d.CWEs) > 0 && !overlap(candidate.Tools, d.Tools) {
			return candidate
		}
	}
	return nil
}

func line(d *Defect) int { return d.Occurrences[0].Line }

func samePlace(a, b *Defect) bool {
	return lowestCWE(a.CWEs) == lowestCWE(b.CWEs) && a.Occurrences[0].Path == b.Occurrences[0].Path
}

func compareNeighbours(a, b *Defect) int {
	return firstNonZero(
		lowestCWE(a.CWEs)-lowestCWE(b.CWEs),
		strings.Compare(a.Occurrences[0].Path, b.Occurrences[0].Path),
		line(a)-line(b),
		slices.Compare(a.Tools, b.Tools),
		compareDefects(a, b),
	)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
