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
	// Others are what the settings are where an if that only PHP can decide
	// goes the other way: one for each, of the first few.
	Others []Other
	// Writes are the assignments to variables of MediaWiki, in order (the first
	// 20,000).
	Writes []Write
	// Loads are the extensions in the order in which they are loaded.
	Loads []Load
	// Compared are statements that compare a variable of MediaWiki, as an
	// assignment would be written with = for ==.
	Compared []Write
	// Source is the text that was read: what was pasted, as UTF-8.
	Source string

	places map[string]Place
}

// Other is the outcome of another way through the text.
type Other struct {
	Pos      php.Pos // of the if
	Taken    bool    // its block is taken here, and was not in File.Settings
	Settings *Settings
	Writes   []Write
	Notes    []Problem

	places map[string]Place
}

// Write is an assignment.
type Write struct {
	Name  string
	Path  []string // keys behind it, outermost first; empty: the whole variable
	Pos   php.Pos
	Array bool     // an array is written
	Expr  php.Expr // what is written; its positions are not those of Source
	// Start and End are where the statement of the top level that it is in
	// begins, and the place behind it. Alone tells that this is an expression,
	// and not an if around one.
	Start, End php.Pos
	Alone      bool
}

// Load is an extension that is loaded.
type Load struct {
	Name string
	Pos  php.Pos
}

// Place is where a value of $wgSMTP, or a variable, was last written.
type Place struct {
	Pos  php.Pos  // of the key, or of the assignment
	Expr php.Expr // what was written; its own positions are not those of Source
}

// Place finds where a value was last written: a variable's name without "$",
// and the keys into it. Keys are known for $wgSMTP alone.
func (f *File) Place(path ...string) (Place, bool) { return place(f.places, path) }

// Place is as that of File.
func (o *Other) Place(path ...string) (Place, bool) { return place(o.places, path) }

func place(places map[string]Place, path []string) (Place, bool) {
	p, ok := places[strings.Join(path, "\x00")]
	return p, ok
}

// Kind tells what a Problem is about.
type Kind string

const (
	KindOutside Kind = ""        // not understood
	KindMended  Kind = "mended"  // copying or typing broke it, and it was read as it was meant
	KindPassed  Kind = "passed"  // no PHP, passed over
	KindUnset   Kind = "unset"   // a variable that nothing sets
	KindUnknown Kind = "unknown" // a variable that something not pasted may set
	KindWord    Kind = "word"    // a word without quotes
	KindBranch  Kind = "branch"  // an if that only PHP can decide
	KindCompare Kind = "compare" // == in the place of =
	KindInclude Kind = "include" // another file is read
	KindExit    Kind = "exit"    // the file ends here
)

// Problem is a place in a file and what is the matter with it.
type Problem struct {
	Kind   Kind
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
// answers in time linear in their number, and never fails as a whole. Text
// that PHP would not parse is mended first where that is plain; every mend is
// among the notes.
func Import(src []byte) File { return ImportWith(src, ImportOptions{}) }

const (
	// maxOthers bounds the ways through a text that are followed, maxWays the
	// bytes that are run for them.
	maxOthers = 8
	maxWays   = 2 << 20
	// maxWrites bounds File.Writes.
	maxWrites = 20_000
)

// ImportWith is Import with options.
func ImportWith(src []byte, o ImportOptions) File {
	text, coding := decode(src)
	m := mend(text)
	f := File{Source: text}
	if coding != "" {
		m.notes = append([]Problem{{KindMended, php.Pos{Line: 1, Col: 1}, "", coding}}, m.notes...)
	}
	if n := invalid(text); n >= 0 {
		m.notes = append(m.notes, Problem{KindMended, (&pasted{src: text, now: text}).at(n), "",
			"bytes that are no UTF-8 (Latin-1?): they are kept as they are, as PHP does, and MediaWiki takes them for UTF-8"})
	}
	im := m.run(o, nil)
	f.Settings, f.Problems, f.Writes, f.Loads, f.places = im.settings(), im.problems, im.writes, im.loads, im.places
	f.Compared = im.compared
	f.Problems = append(m.passed, f.Problems...)
	f.Notes = append(m.notes, im.notes...)
	// Every if that was met is turned over once, with those turned over that
	// led to it.
	ways := make([]map[php.Pos]bool, 0, maxOthers)
	turn := func(im *importer, from int) {
		for n := from; n < len(im.ifs) && len(ways) < min(maxOthers, maxWays/(len(text)+1)); n++ {
			way := map[php.Pos]bool{im.ifs[n].pos: true}
			for pos := range im.flips {
				way[pos] = true
			}
			ways = append(ways, way)
			f.Others = append(f.Others, Other{Pos: m.text.pos(im.ifs[n].pos), Taken: !im.ifs[n].taken})
		}
	}
	turn(im, 0)
	for n := 0; n < len(ways); n++ {
		o := m.run(o, ways[n])
		x := &f.Others[n]
		x.Settings, x.Writes, x.Notes, x.places = o.settings(), o.writes, o.notes, o.places
		last := 0
		for i, d := range o.ifs {
			if ways[n][d.pos] {
				last = i + 1
			}
		}
		turn(o, last)
	}
	return f
}

// run executes the text. The ifs at flips go the other way.
func (m *mended) run(o ImportOptions, flips map[php.Pos]bool) *importer {
	im := &importer{mended: m, options: o, flips: flips, noted: map[string]bool{}, set: map[string]bool{}, places: map[string]Place{}}
	scope := &php.Scope{Unset: im.unset, Call: im.call, Constant: im.constant, Branch: im.branch, Assigned: im.assigned, Report: im.report, KeepItems: true}
	im.scope = scope
	for i, st := range m.file.Stmts {
		im.stmt = m.file.Stmts[i]
		im.compare(st)
		scope.Run(m.file.Stmts[i : i+1])
		if scope.Ended() {
			if i < len(m.file.Stmts)-1 {
				im.note(KindExit, st, "PHP ends the file here: what follows is not read")
			}
			break
		}
	}
	return im
}

// settings are what is set in the end.
func (im *importer) settings() *Settings {
	vars := im.scope.Vars()
	s := &Settings{vars: make([]Setting, 0, len(vars)+1)}
	for _, v := range vars {
		s.vars = append(s.vars, Setting{v.Name, im.restore(v.Value), im.text.pos(v.Pos)})
	}
	if len(im.loads) > 0 {
		var names []php.Value
		for _, l := range im.loads {
			names = append(names, php.S(l.Name))
		}
		s.SetPos(Extensions, php.List(names...), im.loads[len(im.loads)-1].Pos)
	}
	return s
}

type importer struct {
	*mended
	options  ImportOptions
	flips    map[php.Pos]bool // the ifs that go the other way
	scope    *php.Scope
	problems []Problem
	notes    []Problem
	noted    map[string]bool // variables and words noted already
	set      map[string]bool // variables that are set
	unknown  bool            // a file was read that was not pasted
	named    map[string]bool // variables in what was not understood; nil: not looked for
	ifs      []decision
	writes   []Write
	loads    []Load
	compared []Write
	loaded   map[string]bool
	places   map[string]Place
	stmt     php.Stmt // of the top level
}

// unset is a variable that the file reads before it sets it. MediaWiki's own
// variables have their defaults by then; $IP is its directory.
func (im *importer) unset(v *php.Variable) (php.Value, bool) {
	if im.options.Fragment || strings.HasPrefix(v.Name, "wg") || v.Name == "IP" {
		return php.Sym("$" + v.Name), true
	}
	// The name may be a piece of a password in double quotes: not in the
	// reason, which is logged.
	if im.unknown || im.wrap.shell || im.elsewhere(v.Name) {
		if !im.noted[v.Name] {
			im.noted[v.Name] = true
			im.note(KindUnknown, v, "this variable is set nowhere here: what is not pasted may set it")
		}
		return php.Sym("$" + v.Name), true
	}
	if !im.noted[v.Name] {
		im.noted[v.Name] = true
		im.note(KindUnset, v, "this variable is set nowhere before: PHP takes it as empty")
	}
	return php.Value{}, false
}

// elsewhere tells that a variable is named where the text was not understood,
// and may be set there.
func (im *importer) elsewhere(name string) bool {
	if im.named == nil {
		im.named = map[string]bool{}
		for _, s := range im.wrap.passed {
			names(im.named, im.text.src[s.from:s.to])
		}
		for _, st := range im.file.Stmts {
			if skipped, ok := st.(*php.Skipped); ok {
				names(im.named, skipped.Source())
			}
		}
	}
	return im.named[name]
}

// names puts the variables that a text names into a set.
func names(into map[string]bool, text string) {
	for {
		_, rest, ok := strings.Cut(text, "$")
		if !ok {
			return
		}
		n := 0
		for n < len(rest) && (rest[n] == '_' || rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' || n > 0 && rest[n] >= '0' && rest[n] <= '9' || rest[n] >= 0x80) {
			n++
		}
		if n > 0 {
			into[rest[:n]] = true
		}
		text = rest[n:]
	}
}

// constant is one that nothing defines.
func (im *importer) constant(c *php.Const) (php.Value, bool) {
	if strings.Contains(c.Name, "::") || isTemplate(c.Name) || knownConstant(c.Name) {
		return php.Value{}, false
	}
	if smtpWords[c.Name] {
		if !im.noted[c.Name] {
			im.noted[c.Name] = true
			im.note(KindWord, c, "a word without quotes: PHP 8 stops with \"Undefined constant\"; read as the text '"+c.Name+"'")
		}
		return php.S(c.Name), true
	}
	if !im.noted[c.Name] {
		im.noted[c.Name] = true
		im.note(KindWord, c, "a word without quotes that nothing here defines: PHP 8 stops with \"Undefined constant\"; text needs quotes")
	}
	return php.Value{}, false
}

// smtpWords are keys of $wgSMTP. PHP before 8 read such a word as text, with a
// notice.
var smtpWords = map[string]bool{
	"host": true, "IDHost": true, "port": true, "auth": true, "username": true, "password": true, "localhost": true,
	"timeout": true, "starttls": true, "debug": true, "socket_options": true, "ssl": true, "verify_peer": true, "verify_peer_name": true,
	"allow_self_signed": true, "peer_name": true, "cafile": true, "persist": true, "pipelining": true, "verp": true,
}

// KnownConstant tells that PHP or MediaWiki defines a constant.
func KnownConstant(name string) bool { return knownConstant(name) }

// knownConstant tells that PHP or MediaWiki defines it.
func knownConstant(name string) bool {
	for _, p := range [...]string{"NS_", "PHP_", "E_", "CACHE_", "DB_", "SPECIAL_", "CONTENT_", "EDIT_", "LIST_", "MW_", "JSON_", "LOG_", "PREG_", "ENT_", "STREAM_", "FILTER_", "OPENSSL_", "CURL"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	switch name {
	case "__DIR__", "__FILE__", "__LINE__", "DIRECTORY_SEPARATOR", "PATH_SEPARATOR", "MEDIAWIKI", "TS_MW", "PHP_EOL", "LC_ALL":
		return true
	}
	return false
}

// assigned keeps where something was written.
func (im *importer) assigned(a *php.Assign, name string, keys []php.Key) {
	im.set[name] = true
	if !strings.HasPrefix(name, "wg") && !strings.HasPrefix(strings.ToLower(name), "wgsmtp") {
		return
	}
	path := make([]string, len(keys))
	for i, k := range keys {
		path[i] = k.Value().ToString()
	}
	at := im.text.pos(a.Pos())
	_, array := a.Value.(*php.ArrayLit)
	w := im.located(Write{Name: name, Path: path, Pos: at, Array: array, Expr: a.Value})
	if len(im.writes) < maxWrites {
		im.writes = append(im.writes, w)
	}
	full := name
	if len(path) > 0 {
		full += "\x00" + strings.Join(path, "\x00")
	}
	if name != "wgSMTP" {
		if len(path) == 0 {
			im.places[full] = Place{at, a.Value}
		}
		return
	}
	if len(path) == 0 && (a.Op == "=" || a.Op == "??=") {
		for k := range im.places {
			if strings.HasPrefix(k, "wgSMTP\x00") {
				delete(im.places, k)
			}
		}
	}
	im.place(full, at, a.Value, a.Op == "+=", 0)
}

// located has the place of the statement at hand.
func (im *importer) located(w Write) Write {
	w.Start, w.End = im.text.pos(im.stmt.Pos()), im.text.pos(im.stmt.End())
	_, w.Alone = im.stmt.(*php.ExprStmt)
	return w
}

// place keeps where the keys of an array stand.
func (im *importer) place(path string, at php.Pos, x php.Expr, add bool, depth int) {
	if _, there := im.places[path]; !there || !add || depth == 0 {
		im.places[path] = Place{at, x}
	}
	const deepest, most = 6, 10_000
	if depth > deepest || len(im.places) > most {
		return
	}
	switch x := x.(type) {
	case *php.ArrayLit:
		for _, it := range x.Items {
			if l, ok := it.Key.(*php.Literal); ok {
				p := path + "\x00" + l.Value.ToString()
				if _, there := im.places[p]; !there || !add {
					im.place(p, im.text.pos(l.Pos()), it.Value, false, depth+1)
				}
			}
		}
	case *php.Paren:
		im.place(path, at, x.X, add, depth)
	case *php.Call:
		if strings.EqualFold(x.Name, "array_merge") {
			for _, a := range x.Args {
				im.place(path, at, a, false, depth)
			}
		}
	case *php.Binary:
		if x.Op == "+" {
			im.place(path, at, x.X, add, depth)
			im.place(path, at, x.Y, true, depth)
		}
	}
}

// compare notes a statement that compares where it should assign.
func (im *importer) compare(st php.Stmt) {
	x, ok := st.(*php.ExprStmt)
	if !ok {
		return
	}
	if b, ok := x.X.(*php.Binary); ok && (b.Op == "==" || b.Op == "===") {
		switch b.X.(type) {
		case *php.Variable, *php.Index:
			im.note(KindCompare, st, b.Op+" compares and sets nothing: = sets")
			if name, path, ok := settingOf(b.X); ok && len(im.compared) < maxOthers {
				im.compared = append(im.compared, im.located(Write{Name: name, Path: path, Pos: im.text.pos(b.Pos()), Expr: b.Y}))
			}
		}
	}
}

// settingOf is the variable of MediaWiki, and the keys into it, that x names.
func settingOf(x php.Expr) (name string, path []string, ok bool) {
	for {
		switch y := x.(type) {
		case *php.Variable:
			return y.Name, path, strings.HasPrefix(y.Name, "wg")
		case *php.Index:
			key, isText := literal(y.Key)
			if !isText {
				return "", nil, false
			}
			path = append([]string{key}, path...)
			x = y.X
		default:
			return "", nil, false
		}
	}
}

// harmless are functions whose result no setting takes.
var harmless = map[string]bool{
	"ini_set": true, "error_reporting": true, "putenv": true, "set_time_limit": true, "date_default_timezone_set": true,
	"set_include_path": true, "setlocale": true, "umask": true, "header": true, "mb_internal_encoding": true, "error_log": true,
	"libxml_disable_entity_loader": true, "wfloadskin": true, "wfloadskins": true, "session_start": true, "ignore_user_abort": true,
	"enablesemantics": true, "spl_autoload_register": true,
}

func (im *importer) call(c *php.Call, args []php.Value) (php.Value, bool) {
	name := strings.ToLower(c.Name)
	if harmless[name] {
		return php.Value{}, true
	}
	switch name {
	case "include", "include_once", "require", "require_once":
		if len(args) == 1 {
			im.include(c, args[0].ToString())
		}
		return php.Value{}, false // what it gives is not known
	case "wfloadextension":
		if len(args) == 0 || args[0].Kind != php.String {
			return php.Value{}, false
		}
		im.load(c, args[0].Str)
		return php.Value{}, true
	case "wfloadextensions":
		if len(args) == 0 || args[0].Kind != php.Array || !args[0].IsConst() {
			return php.Value{}, false
		}
		for _, e := range args[0].Array {
			im.load(c, e.Value.ToString())
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

// plainPath is the path in the source of an expression.
var plainPath = strings.NewReplacer(`"`, "", "'", "", `\`, "/")

// include reads another file, which is not here. "$IP/extensions/X/X.php" is
// how extensions were loaded before 1.25.
func (im *importer) include(c *php.Call, file string) {
	file = plainPath.Replace(file)
	for _, dir := range []string{"extensions/", "skins/"} {
		_, rest, ok := strings.Cut(file, dir)
		if name, _, is := strings.Cut(rest, "/"); ok && is && php.IsName(name) {
			if dir == "extensions/" {
				im.load(c, name)
			}
			return
		}
	}
	im.unknown = true
	reason := "another file is read here, which was not pasted: what it sets is not known"
	if strings.Contains(file, "DefaultSettings.php") {
		reason = "MediaWiki's defaults are read here: what is set before that is lost"
	}
	im.note(KindInclude, c, reason)
}

func (im *importer) load(c *php.Call, name string) {
	if im.loaded[name] {
		return
	}
	if im.loaded == nil {
		im.loaded = map[string]bool{}
	}
	im.loaded[name] = true
	im.loads = append(im.loads, Load{name, im.text.pos(c.Pos())})
}

func (im *importer) note(kind Kind, n php.Node, reason string) {
	im.notes = append(im.notes, Problem{kind, im.text.pos(n.Pos()), php.Excerpt(n.Source(), excerpt), reason})
}

func (im *importer) report(n php.Node, err error) {
	if lang, ok := errors.AsType[*php.LangError](err); ok {
		if name, ok := strings.CutPrefix(lang.Feature, "calling "); ok && php.IsInclude(name) {
			return // it has its note
		}
	}
	im.problems = append(im.problems, im.problem(n, err))
}
