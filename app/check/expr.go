// What expressions that only PHP can work out will give.

package check

import (
	"strings"

	"wgsmtp/app/php"
)

// isGetenv tells a read of the environment.
func isGetenv(x php.Expr) bool {
	c, ok := x.(*php.Call)
	return ok && strings.EqualFold(c.Name, "getenv") && len(c.Args) > 0
}

// givesText tells that an expression gives what the environment has.
func givesText(src string) bool {
	x, err := php.ParseExpr(src)
	if err != nil {
		return false
	}
	for {
		switch y := x.(type) {
		case *php.Paren:
			x = y.X
			continue
		case *php.Ternary:
			if y.Then == nil {
				x = y.Cond
				continue
			}
			return false
		case *php.Binary:
			if y.Op == "??" {
				x = y.X
				continue
			}
			return false
		case *php.Index:
			v, ok := y.X.(*php.Variable)
			return ok && (v.Name == "_ENV" || v.Name == "_SERVER")
		}
		return isGetenv(x)
	}
}

// coalesces tells getenv( 'X' ) ?? y anywhere in an expression.
func coalesces(src string) bool {
	if !strings.Contains(src, "??") {
		return false
	}
	x, err := php.ParseExpr(src)
	return err == nil && php.Any(x, func(x php.Expr) bool {
		b, ok := x.(*php.Binary)
		return ok && b.Op == "??" && isGetenv(b.X)
	})
}

// elvis is the expression with ?: in the place of ?? behind getenv().
func elvis(src string) string {
	x, err := php.ParseExpr(src)
	if err != nil {
		return src
	}
	php.Any(x, func(x php.Expr) bool {
		if b, ok := x.(*php.Binary); ok && b.Op == "??" && isGetenv(b.X) {
			whole, left := b.Source(), b.X.Source()
			rest := strings.TrimPrefix(whole, left)
			src = strings.Replace(src, whole, left+strings.Replace(rest, "??", "?:", 1), 1)
		}
		return false
	})
	return src
}

// untrimmed tells a file that is read as a whole and used as it is.
func untrimmed(src string) bool {
	x, err := php.ParseExpr(src)
	if err != nil {
		return false
	}
	c, ok := x.(*php.Call)
	return ok && strings.EqualFold(c.Name, "file_get_contents")
}

// environmentOf is the variable that an expression reads.
func environmentOf(src string) (string, bool) {
	x, err := php.ParseExpr(src)
	if err != nil || !isGetenv(x) {
		return "", false
	}
	l, ok := x.(*php.Call).Args[0].(*php.Literal)
	if !ok {
		return "", false
	}
	return l.Value.ToString(), true
}

// isPlaceholder tells text that something should have replaced.
func isPlaceholder(s string) bool {
	between := func(open, end string) bool {
		i := strings.Index(s, open)
		return i >= 0 && strings.Contains(s[i+len(open):], end)
	}
	switch {
	case between("{{", "}}"), between("${", "}"), between("<%", "%>"), between("$(", ")"), between("@@", "@@"):
		return true
	case len(s) > 2 && s[0] == '<' && s[len(s)-1] == '>' && !strings.Contains(s, "@"):
		return true // <your password>
	case len(s) > 4 && strings.HasPrefix(s, "%") && strings.HasSuffix(s, "%"):
		return true
	case len(s) > 1 && s[0] == '$' && strings.Trim(s[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "":
		return strings.Contains(s, "_")
	}
	return false
}
