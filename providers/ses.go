// Amazon SES: its SMTP passwords are computed from IAM secret access keys.

package providers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SESPassword computes the SMTP password of a region from an IAM secret access
// key: a chain of HMAC-SHA256 over constants and the region, then a version
// byte, in base64. Amazon SES Developer Guide, "Obtaining Amazon SES SMTP
// credentials".
//
// A region without an SMTP host is an error: a password for it would be of no
// use. No error contains the key.
func SESPassword(secretAccessKey, region string) (string, error) {
	key := strings.TrimSpace(secretAccessKey)
	if key == "" {
		return "", errors.New("the secret access key is empty")
	}
	ses := load("amazon-ses")
	if !slices.ContainsFunc(ses.Hosts, func(h Host) bool { return h.Region == region }) {
		return "", fmt.Errorf("no SMTP host of Amazon SES is known in the region %q: choose one from the list of regions", region)
	}
	const version = 0x04
	// The date is fixed: that of the scheme, not of the day.
	mac := []byte("AWS4" + key)
	for _, message := range [...]string{"11111111", region, "ses", "aws4_request", "SendRawEmail"} {
		h := hmac.New(sha256.New, mac)
		h.Write([]byte(message))
		mac = h.Sum(nil)
	}
	return base64.StdEncoding.EncodeToString(append([]byte{version}, mac...)), nil
}

// LooksLikeIAMSecret tells whether what stands in the secret field is an IAM
// secret access key, which SES refuses, and not an SMTP password: 40 characters
// of the base64 alphabet, beside an access key ID or no user name yet. SMTP
// passwords have 44 and begin with B. Keys of temporary credentials (ASIA...)
// are left alone: no SMTP password can be computed from them.
func LooksLikeIAMSecret(user, secret string) bool {
	user, secret = strings.TrimSpace(user), strings.TrimSpace(secret)
	if user != "" && !strings.HasPrefix(user, "AKIA") || len(secret) != 40 {
		return false
	}
	for i := range len(secret) {
		switch b := secret[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '+', b == '/', b == '=':
		default:
			return false
		}
	}
	return true
}
