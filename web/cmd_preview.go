package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

var previewCommand = command{
	name:  "preview",
	usage: "[--release R] [--mail KIND] [--inputs FILE.json] [--varying FILE.json] [--auth-sasl] [--mask] SETTINGS.php",
	about: "show, as JSON, the mail that a LocalSettings.php makes MediaWiki send",
	details: "SETTINGS.php is a LocalSettings.php or a piece of one; - is standard input. The\n" +
		"JSON has transport, ehlo_name, mail_from, rcpt_to, raw_headers, client_lines and,\n" +
		"where MediaWiki would refuse the mail itself, error. The server of the\n" +
		"conversation is one that accepts everything.\n\n" +
		"--auth-sasl: PEAR's Auth_SASL is installed, which MediaWiki does not bring.\n" +
		"--mask: passwords in client_lines are hidden, so that the output can be shown.\n\n" +
		"KIND is one of " + mailKinds(", ") + ".\n\n" +
		"The file of --inputs names people and words, that of --varying what differs from\n" +
		"mail to mail:\n\n" +
		`  {"recipient": {"name": "Alice", "real": "", "email": "alice@example.net"},` + "\n" +
		`   "sender": {"name": "Bob", "email": "bob@example.com"}, "subject": "...", "text": "...", "page": "Main Page"}` + "\n\n" +
		`  {"date": "Thu, 01 Jan 2026 12:00:00 +0000", "message_id_unique": "6956628000a1b2.01234567",` + "\n" +
		`   "mime_boundary": "=_0123456789abcdef0123456789abcdef"}`,
	examples: []example{
		{"wgsmtp preview LocalSettings.php", "the test mail, with the newest MediaWiki whose mail is known"},
		{"wgsmtp preview --release 1.39.17 --mail password-reset LocalSettings.php", "another release, another occasion"},
		{"wgsmtp preview --mask LocalSettings.php", "the same without the password"},
		{"wgsmtp preview --mail emailuser --inputs people.json - < LocalSettings.php", "with other people than the samples"},
	},
}

func init() { previewCommand.run = runPreview }

func runPreview(_ context.Context, c *console, args []string) error {
	flags := newFlags("preview")
	release := flags.String("release", mediawiki.Newest().Name(), "")
	mail := flags.String("mail", string(wgsmtp.MailPlain), "")
	inputsFile := flags.String("inputs", "", "")
	varyingFile := flags.String("varying", "", "")
	sasl := flags.Bool("auth-sasl", false, "")
	mask := flags.Bool("mask", false, "")
	rest, err := parse(flags, args)
	if err != nil {
		return orHelp(c, &previewCommand, err)
	}
	if len(rest) != 1 {
		return usageError(fmt.Sprintf("preview takes one file, not %d", len(rest)), "`wgsmtp preview LocalSettings.php`")
	}
	r, err := mediawiki.Lookup(*release)
	if err != nil {
		return usageError(err.Error(), "`wgsmtp preview --release 1.43 "+rest[0]+"`")
	}
	kind := wgsmtp.MailKind(*mail)
	if !slices.Contains(wgsmtp.MailKinds, kind) {
		return usageError(fmt.Sprintf("there is no mail kind %q", *mail), "--mail with one of "+mailKinds(", "))
	}
	inputs, varying := sampleInputs(), now()
	if *inputsFile != "" {
		inputs = preview.Inputs{} // the file says all of it
	}
	if err := readJSON(*inputsFile, &inputs); err != nil {
		return err
	}
	if err := readJSON(*varyingFile, &varying); err != nil {
		return err
	}
	settings, err := readSettings(c, rest[0])
	if err != nil {
		return err
	}
	report := preview.Run(settings, r, kind, inputs, varying, preview.RunOptions{AuthSASL: *sasl, Mask: *mask})
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(report)
}

func mailKinds(separator string) string {
	var names []string
	for _, k := range wgsmtp.MailKinds {
		names = append(names, string(k))
	}
	return strings.Join(names, separator)
}

// readSettings imports a file. What is not understood is an error for each
// place, since a preview without it would be another mail.
func readSettings(c *console, name string) (*localsettings.Settings, error) {
	var src []byte
	var err error
	if name == "-" {
		name = "standard input"
		src, err = io.ReadAll(c.in)
	} else {
		src, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, usageError(err.Error(), "`wgsmtp preview LocalSettings.php`, or - for standard input")
	}
	file := localsettings.Import(src)
	for _, n := range file.Notes {
		fmt.Fprintf(c.err, "note: %s\n", place(name, n))
	}
	if len(file.Problems) == 0 {
		return file.Settings, nil
	}
	var lines []error
	for _, p := range file.Problems {
		lines = append(lines, errors.New(place(name, p)))
	}
	return nil, &hintError{errors.Join(lines...), "the mail settings alone, in a file of their own", exitUsage}
}

// place is file, line, column and text of a problem, as compilers write it.
func place(file string, p localsettings.Problem) string {
	return fmt.Sprintf("%s:%s: %s: %s", file, p.Pos, p.Text, p.Reason)
}

// readJSON fills v from a file, "" for none. Names that v does not have are
// errors: they are typing mistakes.
func readJSON(name string, v any) error {
	if name == "" {
		return nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return usageError(err.Error(), "`wgsmtp help preview` shows such a file")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return usageError(fmt.Sprintf("%s: %v", name, err), "`wgsmtp help preview` shows such a file")
	}
	return nil
}

// sampleInputs stand in where no file gives any.
func sampleInputs() preview.Inputs {
	return preview.Inputs{
		Recipient: preview.Person{Name: "Alice", Email: "alice@example.net"},
		Sender:    preview.Person{Name: "Bob", Email: "bob@example.com"},
		Subject:   "Test of the mail settings",
		Text:      "This mail was sent to see whether the mail settings work.",
		Page:      "Main Page",
		Summary:   "typo",
		NewEmail:  "alice@example.org",
	}
}

// now is what a mail of this moment would have: PHP's date( 'r' ) and
// uniqid( more_entropy ), and a boundary as Mail_mime makes it.
func now() preview.Varying {
	t := time.Now()
	var b [24]byte
	rand.Read(b[:])
	entropy := int(b[16])<<16 | int(b[17])<<8 | int(b[18])
	return preview.Varying{
		Date:     t.Format(time.RFC1123Z),
		UniqueID: fmt.Sprintf("%08x%05x%d.%08d", t.Unix(), t.Nanosecond()/1000, int(b[19])%10, entropy),
		Boundary: "=_" + hex.EncodeToString(b[:16]),
		Token:    hex.EncodeToString(b[:16]),
	}
}
