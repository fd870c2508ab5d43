// Package localsettings is the meaning of LocalSettings.php: it writes the
// settings that a Config asks for (Emit), and reads what a file sets (Import).
//
// Between the two stands Settings: the values of MediaWiki's configuration
// variables as PHP has them after the file ran. The previews work on Settings
// and not on a Config, because MediaWiki does: 'port' => '587/tls' is a
// setting with an effect, and no Config. Of goes from a Config to Settings,
// ToConfig back as far as it goes.
package localsettings
