package standins

import "testing"

func TestRouter(t *testing.T) {
	r := makeRouter()
	r.route("/", func() Composer { return "start" })
	r.route("/gmail", func() Composer { return "gmail" })
	for path, want := range map[string]Composer{"/": "start", "/gmail": "gmail", "/gmail/": nil, "": nil} {
		got, ok := r.createComponent(path)
		if got != want || ok != (want != nil) || ok != r.routed(path) {
			t.Errorf("%q has %v, %v", path, got, ok)
		}
	}
	// Those of app/ui, in its order.
	r = makeRouter()
	r.routeWithRegexp(`(^|/)settings(\.html)?$`, func() Composer { return "settings" })
	r.routeWithRegexp("^/", func() Composer { return "page" })
	for path, want := range map[string]Composer{
		"/": "page", "/gmail.html": "page", "/settings": "settings", "/settings.html": "settings", "/tools/smtp/settings.html": "settings",
		"/presettings": "page", "/settings/": "page", "settings": "settings", "x": nil, "": nil,
	} {
		if got, ok := r.createComponent(path); got != want || ok != (want != nil) {
			t.Errorf("%q has %v, %v", path, got, ok)
		}
	}
	for _, expression := range []string{"", "^/a", "gmail", `(^|/)a|b(\.html)?$`, `(^|/)(\.html)?$`} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is accepted, and would never be found", expression)
				}
			}()
			r.routeWithRegexp(expression, nil)
		}()
	}
}

// What is not there says so, and does not hand back the text as it is.
func TestNoEncryption(t *testing.T) {
	if b, err := encrypt("key", []byte("text")); err == nil || b != nil {
		t.Errorf("encrypt: %q, %v", b, err)
	}
	if b, err := decrypt("key", []byte("text")); err == nil || b != nil {
		t.Errorf("decrypt: %q, %v", b, err)
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		seen[uuid.NewString()] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 names are different", len(seen))
	}
	if got := clientResourceResolver("x")("/y"); got != "/y" {
		t.Errorf("an address becomes %q", got)
	}
}
