package wgsmtp

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every part of a Config has exactly one row in the table, and every row a
// working pair of Get and Set.
func TestFieldsCoverConfig(t *testing.T) {
	var c Config
	v := reflect.ValueOf(&c).Elem()
	rows := make(map[any]string)
	for _, f := range Fields() {
		if f.Doc == "" {
			t.Errorf("%s: no doc", f.ID)
		}
		p := f.of(&c)
		if other, ok := rows[p]; ok {
			t.Errorf("%s and %s are the same part of Config", f.ID, other)
		}
		rows[p] = f.ID
	}
	for i := range v.NumField() {
		if _, ok := rows[v.Field(i).Addr().Interface()]; !ok {
			t.Errorf("Config.%s has no row in the table", v.Type().Field(i).Name)
		}
	}
}

func TestFieldKindsMatchTypes(t *testing.T) {
	var c Config
	for _, f := range Fields() {
		var want Kind
		switch f.of(&c).(type) {
		case *int:
			want = KindNumber
		case *bool:
			want = KindSwitch
		case *Secret:
			want = KindSecret
		case *string:
			want = KindText
		default:
			want = KindChoice
		}
		if f.Kind != want {
			t.Errorf("%s: kind %s, its type wants %s", f.ID, f.Kind, want)
		}
		if (f.Kind == KindChoice) != (len(f.Choices) > 0) {
			t.Errorf("%s: kind %s with %d choices", f.ID, f.Kind, len(f.Choices))
		}
	}
}

// sample is a value of the field that differs from the default.
func sample(f Field) string {
	c := Default()
	switch f.Kind {
	case KindNumber:
		return "12345"
	case KindSwitch:
		return fmt.Sprint(f.Get(&c) == "false")
	case KindChoice:
		for _, v := range f.Choices {
			if v != f.Get(&c) {
				return v
			}
		}
	}
	return "Zoë \"Z\" <&>"
}

func TestSetGet(t *testing.T) {
	for _, f := range Fields() {
		c := Default()
		if err := f.Set(&c, sample(f)); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
		if got := f.Get(&c); got != sample(f) {
			t.Errorf("%s: got %q, want %q", f.ID, got, sample(f))
		}
	}
}

func TestSetRefuses(t *testing.T) {
	for _, tc := range []struct{ field, value, want string }{
		{"port", "587/tls", `port: "587/tls" is not a whole number`},
		{"port", "-1", `port: "-1" is not a whole number`},
		{"port", "", `port: "" is not a whole number`},
		{"timeout", "9999999999999999999999", `timeout: "9999999999999999999999" is not a whole number`},
		{"tls", "ssl", `tls: "ssl" is not one of implicit, starttls, none`},
		{"auth", "true", `auth: "true" is not one of none, auto, LOGIN, `},
		{"debug", "maybe", `debug: "maybe" is neither true nor false`},
	} {
		f, ok := FieldByID(tc.field)
		if !ok {
			t.Fatalf("no field %s", tc.field)
		}
		c := Default()
		err := f.Set(&c, tc.value)
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s=%s: got %v, want %s", tc.field, tc.value, err, tc.want)
		}
		if c != Default() {
			t.Errorf("%s=%s: refused, but changed the config", tc.field, tc.value)
		}
	}
	if _, ok := FieldByID("Host"); ok {
		t.Error("field names are lower case, yet Host was found")
	}
}

func TestDiffApply(t *testing.T) {
	want := Default()
	for _, f := range Fields() {
		if err := f.Set(&want, sample(f)); err != nil {
			t.Fatal(err)
		}
	}
	changes := Diff(Default(), want)
	if len(changes) != len(Fields()) {
		t.Errorf("%d changes for %d fields", len(changes), len(Fields()))
	}
	got, err := Apply(Default(), changes)
	if err != nil || got != want {
		t.Errorf("got %#v, %v, want %#v", got, err, want)
	}
	if d := Diff(want, want); d != nil {
		t.Errorf("no difference gave %v", d)
	}
}

func TestApplyKeepsTheRest(t *testing.T) {
	c, err := Apply(Default(), []Change{{"host", "a"}, {"prot", "1"}, {"port", "x"}, {"user", "u"}})
	if c.Host != "a" || c.User != "u" || c.Port != Default().Port {
		t.Errorf("got %#v", c)
	}
	if err == nil || !strings.Contains(err.Error(), `"prot" is not a field`) || !strings.Contains(err.Error(), `port: "x"`) {
		t.Errorf("got %v", err)
	}
}

func TestSecretHides(t *testing.T) {
	c := Default()
	c.Secret = "hunter2"
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{
		string(j), fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v", &c), fmt.Sprintf("%x", c.Secret), fmt.Sprint(c.Secret),
	} {
		if strings.Contains(out, "hunter2") || strings.Contains(out, "68756e74657232") {
			t.Errorf("the secret shows: %s", out)
		}
	}
	if Secret("").String() != "" {
		t.Error("an empty secret must be seen to be empty")
	}
}

func TestMailKindsComplete(t *testing.T) {
	if n := len(slices.Compact(slices.Sorted(slices.Values(MailKinds)))); n != 10 {
		t.Errorf("%d different kinds, want 10", n)
	}
}
