// Ifs that only PHP can decide: both ways are followed.

package localsettings

import (
	"strings"

	"wgsmtp/app/php"
)

// decision is an if that only PHP can decide.
type decision struct {
	pos   php.Pos
	taken bool
}

// branch decides an if that only PHP can decide. Its block is taken where it
// has an else, or sets what nothing has set yet; one that changes what is set
// for a special case is passed over. The other way is followed, too.
func (im *importer) branch(i *php.If) bool {
	then, els := assignedIn(i.Then, nil), assignedIn(i.Else, nil)
	taken := len(i.Else) > 0
	if !taken {
		taken = len(then) > 0
		for _, name := range then {
			taken = taken && !im.set[name]
		}
	}
	if reads(i.Then) || reads(i.Else) {
		im.unknown = true
	}
	if len(then)+len(els) == 0 {
		im.note(KindBranch, i, "only PHP knows whether this if holds; nothing in it sets anything, and it is passed over")
		return false
	}
	im.ifs = append(im.ifs, decision{i.Pos(), taken})
	if im.flips[i.Pos()] {
		taken = !taken
	}
	switch {
	case taken && len(i.Else) > 0:
		im.note(KindBranch, i, "only PHP knows whether this if holds: the settings are those of its first block; those of the other are kept apart")
	case taken:
		im.note(KindBranch, i, "only PHP knows whether this if holds: the settings are those with its block; those without it are kept apart")
	default:
		im.note(KindBranch, i, "only PHP knows whether this if holds: the settings are those without its block; those with it are kept apart")
	}
	return taken
}

// reads tells that statements read another file.
func reads(stmts []php.Stmt) bool {
	for _, st := range stmts {
		switch st := st.(type) {
		case *php.ExprStmt:
			if php.Any(st.X, func(x php.Expr) bool { c, ok := x.(*php.Call); return ok && php.IsInclude(c.Name) }) {
				return true
			}
		case *php.Block:
			if reads(st.Stmts) {
				return true
			}
		case *php.If:
			if reads(st.Then) || reads(st.Else) {
				return true
			}
		}
	}
	return false
}

// assignedIn are the variables that statements assign to.
func assignedIn(stmts []php.Stmt, out []string) []string {
	for _, st := range stmts {
		switch st := st.(type) {
		case *php.Block:
			out = assignedIn(st.Stmts, out)
		case *php.If:
			out = assignedIn(st.Else, assignedIn(st.Then, out))
		case *php.ExprStmt:
			if a, ok := st.X.(*php.Assign); ok {
				x := a.Target
				for {
					i, ok := x.(*php.Index)
					if !ok {
						break
					}
					x = i.X
				}
				if v, ok := x.(*php.Variable); ok {
					out = append(out, v.Name)
				}
			} else if c, ok := st.X.(*php.Call); ok && (strings.HasPrefix(strings.ToLower(c.Name), "wfload") || c.Name == "define") {
				out = append(out, c.Name)
			}
		}
	}
	return out
}
