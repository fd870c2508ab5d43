package localsettings

import (
	"errors"
	"fmt"
	"strings"

	"wgsmtp/app/php"
)

// File is what a LocalSettings.php, or a piece of one, sets.
type File struct {
	Settings *Settings
	// Problems are the places that were not understood, or that PHP itself
	// would not understand. What they set is not in Settings.
	Problems []Problem
	// Notes are places that were understood, but hold a surprise: a variable
	// that nothing sets is empty.
	Notes []Problem
}

// Problem is a place in a file and what is the matter with it.
type Problem struct {
	Pos    php.Pos
	Text   string // how the place begins; no value is in it, so no secret
	Reason string
}

const excerpt = 80 // runes of Problem.Text at most

// String gives "3:1: reason".
func (p Problem) String() string { return fmt.Sprintf("%s: %s", p.Pos, p.Reason) }

// ImportOptions say what a text is.
type ImportOptions struct {
	// Fragment marks a text that is part of something larger: a variable it
	// does not set keeps its name as a value, instead of being empty.
	Fragment bool
}

// Import reads what a whole LocalSettings.php sets. It takes any bytes,
// answers in time linear in their number, and never fails as a whole.
func Import(src []byte) File { return ImportWith(src, ImportOptions{}) }

// ImportWith is Import with options.
func ImportWith(src []byte, o ImportOptions) File {
	im := &importer{options: o, file: File{Settings: &Settings{}}, settings: map[string]bool{}}
	scope := &php.Scope{Unset: im.unset, Call: im.call, Report: im.report}
	scope.Run(php.Parse(src).Stmts)
	for _, v := range scope.Vars() {
		im.file.Settings.vars = append(im.file.Settings.vars, Setting{v.Name, v.Value, v.Pos})
	}
	if len(im.extensions) > 0 {
		im.file.Settings.SetPos(Extensions, php.List(im.extensions...), im.extensionsAt)
	}
	return im.file
}

type importer struct {
	options      ImportOptions
	file         File
	settings     map[string]bool // variables noted already
	extensions   []php.Value
	extensionsAt php.Pos
}

// unset is a variable that the file reads before it sets it. MediaWiki's own
// variables have their defaults by then; $IP is its directory.
func (im *importer) unset(v *php.Variable) (php.Value, bool) {
	if im.options.Fragment || strings.HasPrefix(v.Name, "wg") || v.Name == "IP" {
		return php.Sym("$" + v.Name), true
	}
	if !im.settings[v.Name] {
		im.settings[v.Name] = true
		// The name may be a piece of a password in double quotes: not in the
		// reason, which is logged.
		im.note(v, "this variable is set nowhere before: PHP takes it as empty")
	}
	return php.Value{}, false
}

func (im *importer) call(c *php.Call, args []php.Value) (php.Value, bool) {
	switch strings.ToLower(c.Name) {
	case "wfloadextension", "wfloadskin":
		if len(args) == 0 || args[0].Kind != php.String {
			return php.Value{}, false
		}
		if strings.EqualFold(c.Name, "wfLoadExtension") {
			im.load(c, args[0])
		}
		return php.Value{}, true
	case "wfloadextensions", "wfloadskins":
		if len(args) == 0 || args[0].Kind != php.Array || !args[0].IsConst() {
			return php.Value{}, false
		}
		for _, e := range args[0].Array {
			if strings.EqualFold(c.Name, "wfLoadExtensions") {
				im.load(c, e.Value)
			}
		}
		return php.Value{}, true
	case "defined":
		// The guard at the head of every LocalSettings.php.
		if len(args) == 1 && args[0].Kind == php.String && args[0].Str == "MEDIAWIKI" {
			return php.B(true), true
		}
	}
	return php.Value{}, false
}

func (im *importer) load(c *php.Call, name php.Value) {
	im.extensionsAt = c.Pos()
	for _, e := range im.extensions {
		if e.Identical(name) {
			return
		}
	}
	im.extensions = append(im.extensions, name)
}

func (im *importer) note(n php.Node, reason string) {
	im.file.Notes = append(im.file.Notes, Problem{n.Pos(), php.Excerpt(n.Source(), excerpt), reason})
}

func (im *importer) report(n php.Node, err error) {
	p := Problem{Pos: n.Pos(), Text: php.Excerpt(n.Source(), excerpt)}
	var parse *php.ParseError
	var lang *php.LangError
	var eval *php.EvalError
	switch {
	case errors.As(err, &parse):
		p.Pos, p.Reason = parse.Pos, parse.Text
	case errors.As(err, &lang):
		p.Pos, p.Reason = lang.Pos, lang.Feature+" is not understood here"
	case errors.As(err, &eval):
		p.Pos, p.Reason = eval.Pos, eval.Err.Error()
	default:
		p.Reason = err.Error()
	}
	im.file.Problems = append(im.file.Problems, p)
}
