package githubtest

import "slices"

// roles are the five that GitHub has, the least first, and what each of them may do.
var (
	roles  = []string{"read", "triage", "write", "maintain", "admin"}
	powers = []string{"pull", "triage", "push", "maintain", "admin"}
)

// role is what somebody may do in a repository. Everybody may read a public one.
func (r *Repository) role(u *User) Role {
	role, has := r.Roles[u]
	switch {
	case u == r.Owner:
		return Role{Name: "admin"}
	case has:
		return role
	case r.Private:
		return Role{Name: "none"}
	}
	return Role{Name: "read"}
}

// base is the one of the five roles that a role is, or builds upon.
func (o Role) base() string {
	if o.Base != "" {
		return o.Base
	}
	return o.Name
}

// legacy is a role in the words that GitHub had when there were three.
func (o Role) legacy() string {
	switch base := o.base(); base {
	case "maintain":
		return "write"
	case "triage":
		return "read"
	default:
		return base
	}
}

// powers say for each power whether a role has it.
func (o Role) powers() object {
	all, upTo := object{}, slices.Index(roles, o.base())
	for i, power := range powers {
		all[power] = i <= upTo
	}
	return all
}

func getPermission(c *call) answer {
	u := c.userNamed(c.parameters["username"])
	if u == nil || u.Type == "Organization" {
		return refused(404, "%s is not a user", c.parameters["username"])
	}
	role := c.repository.role(u)
	user := c.brief(u)
	user["permissions"], user["role_name"] = role.powers(), role.Name
	return ok(object{"permission": role.legacy(), "role_name": role.Name, "user": user})
}
