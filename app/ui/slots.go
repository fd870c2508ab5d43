package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

// A slot is a string of the printed block that holds what a field holds. Before
// the program runs, web/site/early.js fills the slots while somebody types:
// data-slot names the field, data-before what stands before its value in the
// string. The name in EHLO follows the address of the wiki: data-slot="server"
// with data-part="host".

// printedSlots is the Config to mark slots by: that of a printed page.
func printedSlots(shown *wgsmtp.Config) *wgsmtp.Config {
	if app.IsServer {
		return shown
	}
	return nil
}

// slotOf are the attributes of a token that is a slot, with a blank before.
func slotOf(l *localsettings.Line, t *localsettings.Token, shown *wgsmtp.Config) string {
	if shown == nil || t.Class != localsettings.ClassString {
		return ""
	}
	for _, id := range l.Fields {
		f, ok := wgsmtp.FieldByID(id)
		if !ok {
			continue
		}
		value := f.Get(shown)
		if value == "" {
			continue
		}
		if id == "ehlo-name" && t.Text == php.Quote(value) && strings.Contains(shown.Server, value) {
			return ` data-slot="server" data-part="host"`
		}
		for _, before := range []string{"", "ssl://", "tls://"} {
			if t.Text != php.Quote(before+value) {
				continue
			}
			out := ` data-slot="` + esc(id) + `"`
			if before != "" {
				out += ` data-before="` + before + `"`
			}
			return out
		}
	}
	return ""
}
