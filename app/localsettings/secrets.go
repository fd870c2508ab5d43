package localsettings

import (
	"strings"

	"wgsmtp/app/php"
)

// IsSecretName tells that a variable, or a key of an array, is one for a
// secret.
func IsSecretName(name string) bool {
	n := strings.ToLower(name)
	if n != "wgpassword" && strings.HasPrefix(n, "wgpassword") {
		return false // $wgPasswordSender and its like
	}
	for _, word := range []string{"password", "passwd", "secret", "apikey", "api_key", "accesskey", "access_key", "token", "upgradekey", "proxykey", "privatekey", "passphrase"} {
		if strings.Contains(n, word) {
			return true
		}
	}
	return n == "pass" || n == "pwd" || strings.HasSuffix(n, "pass") || strings.HasSuffix(n, "_key")
}

// SecretValues hands each value that is a secret by its name, or by that of an
// array it is in, to add. It may be an expression.
func SecretValues(name string, v php.Value, add func(php.Value)) {
	secretValues(v, IsSecretName(name), add)
}

func secretValues(v php.Value, secret bool, add func(php.Value)) {
	switch {
	case v.Kind == php.Array:
		for _, e := range v.Array {
			secretValues(e.Value, secret || IsSecretName(e.Key.Value().ToString()), add)
		}
	case secret && v.Kind != php.Null:
		add(v)
	}
}
