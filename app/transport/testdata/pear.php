<?php
// What PEAR itself makes of addresses, headers and bodies, for pear_test.go:
//
//	php pear.php VENDOR/pear < inputs > results
//
// One base64 line in, one out: JSON with the results in base64.

[, $pear] = $argv;
set_include_path( "$pear/mail:$pear/net_smtp:$pear/net_socket:$pear/pear-core-minimal/src:$pear/pear_exception:$pear/console_getopt" );
error_reporting( 0 );
require 'Mail.php';
require 'Mail/RFC822.php';
require 'Net/SMTP.php';

class Exposed extends Mail {
	public function headers( $value ) {
		$h = [ 'From' => $value, 'X-Test' => $value ];
		$this->_sanitizeHeaders( $h );
		return $h['X-Test'];
	}

	public function recipients( $list ) {
		$r = $this->parseRecipients( $list );
		return PEAR::isError( $r ) ? [ 'error' => (string)$r->getMessage() ] : [ 'list' => $r ];
	}
}

$mail = new Exposed;
while ( ( $line = fgets( STDIN ) ) !== false ) {
	$in = base64_decode( trim( $line ) );
	$r = $mail->recipients( $in );
	$smtp = new Net_SMTP( 'localhost' );
	$quoted = $in;
	$smtp->quotedata( $quoted );
	echo json_encode( [
		'in' => base64_encode( $in ),
		'error' => isset( $r['error'] ) ? base64_encode( $r['error'] ) : null,
		'list' => isset( $r['list'] ) ? array_map( 'base64_encode', $r['list'] ) : null,
		'header' => base64_encode( $mail->headers( $in ) ),
		'quoted' => base64_encode( $quoted ),
	] ), "\n";
}
