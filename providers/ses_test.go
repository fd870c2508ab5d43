package providers

import (
	"regexp"
	"strings"
	"testing"
)

func TestSESPassword(t *testing.T) {
	for _, tt := range []struct{ secret, region, want string }{
		{"some+secret+key", "eu-central-1", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"},
		{"another+secret+key", "us-west-1", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"},
		{" some+secret+key\n", "eu-central-1", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"},
	} {
		got, err := SESPassword(tt.secret, tt.region)
		if got != tt.want || err != nil {
			t.Errorf("SESPassword(%q, %q) = %q, %v; want %q", tt.secret, tt.region, got, err, tt.want)
		}
	}
}

func TestSESPasswordRefuses(t *testing.T) {
	for _, tt := range []struct{ secret, region string }{
		{"some+secret+key", ""},
		{"some+secret+key", "eu-middle-1"},
		{"some+secret+key", "EU-CENTRAL-1"},
		{"some+secret+key", "af-south-1"},
		{"", "eu-central-1"},
		{" \n", "eu-central-1"},
	} {
		got, err := SESPassword(tt.secret, tt.region)
		if got != "" || err == nil {
			t.Errorf("SESPassword(%q, %q) = %q, %v", tt.secret, tt.region, got, err)
			continue
		}
		if strings.Contains(err.Error(), "some+secret") {
			t.Errorf("the error tells the key: %v", err)
		}
	}
}

// What is computed has the shape that the carrier's file gives for passwords,
// in every region, and differs from region to region.
func TestSESPasswordHasItsShape(t *testing.T) {
	ses, _ := ByID("amazon-ses")
	shape := regexp.MustCompile(ses.Secret.Pattern)
	seen := map[string]string{}
	for _, h := range ses.Hosts {
		p, err := SESPassword("some+secret+key", h.Region)
		if err != nil || !shape.MatchString(p) {
			t.Errorf("%s: %q, %v", h.Region, p, err)
		}
		if other, ok := seen[p]; ok {
			t.Errorf("%s and %s have the same password", h.Region, other)
		}
		seen[p] = h.Region
		if LooksLikeIAMSecret("AKIAIOSFODNN7EXAMPLE", p) {
			t.Errorf("the password of %s is taken for an IAM secret", h.Region)
		}
	}
}

func TestLooksLikeIAMSecret(t *testing.T) {
	key := strings.Repeat("aB3/", 10) // the shape, and no key
	for _, tt := range []struct {
		user, secret string
		want         bool
	}{
		{"AKIAIOSFODNN7EXAMPLE", key, true},
		{"", key, true},
		{" AKIAIOSFODNN7EXAMPLE", key + "\n", true},
		{"ASIAIOSFODNN7EXAMPLE", key, false},
		{"you@example.org", key, false},
		{"AKIAIOSFODNN7EXAMPLE", key[1:], false},
		{"AKIAIOSFODNN7EXAMPLE", key + "xxxx", false},
		{"AKIAIOSFODNN7EXAMPLE", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2", false},
		{"AKIAIOSFODNN7EXAMPLE", strings.Replace(key, "/", " ", 1), false},
		{"AKIAIOSFODNN7EXAMPLE", "", false},
	} {
		if got := LooksLikeIAMSecret(tt.user, tt.secret); got != tt.want {
			t.Errorf("LooksLikeIAMSecret(%q, %q) = %v", tt.user, tt.secret, got)
		}
	}
}
