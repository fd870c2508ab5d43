<?php
/**
 * Makes one wiki send a mail with each of many settings, as if each were its
 * own, and prints what the mailer reported.
 *
 *   php mails.php DIR < [ { "block": PHP, "to": address }, ... ]
 *
 * The wiki starts once. Each block is run in a process forked from it, in the
 * place of its LocalSettings.php, so that nothing of one reaches another. The
 * answer is a list of { "ok": bool, "error": text }; DIR is for the pieces of it.
 */
require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class SendMails extends Maintenance {
	private const AT_ONCE = 8;

	public function __construct() {
		parent::__construct();
		$this->addArg( 'dir', 'an empty directory' );
	}

	private function send( string $block, string $to, string $name ): array {
		// The block's variables are the global ones.
		preg_match_all( '/\$(wg\w+)/', $block, $variables );
		foreach ( array_unique( $variables[1] ) as $variable ) {
			$$variable = &$GLOBALS[$variable];
		}
		try {
			eval( $block );
			$status = UserMailer::send(
				new MailAddress( $to ),
				new MailAddress( $GLOBALS['wgPasswordSender'], $name ),
				'Test of the mail settings',
				'This mail was sent to see whether the mail settings of the wiki work.'
			);
			if ( $status->isGood() ) {
				return [ 'ok' => true, 'error' => '' ];
			}
			$error = $status->getErrors()[0];
			// As it was handed over, before it is made wikitext for a page.
			return [ 'ok' => false, 'error' => implode( "\n", $error['params'] ?: [ $error['message'] ] ) ];
		} catch ( Throwable $e ) {
			return [ 'ok' => false, 'error' => get_class( $e ) . ': ' . $e->getMessage() ];
		}
	}

	public function execute() {
		$dir = $this->getArg( 0 );
		$trials = json_decode( file_get_contents( 'php://stdin' ), true );
		// Now, for a child must not use the data base of its parent.
		$name = wfMessage( 'emailsender' )->inContentLanguage()->text();
		$running = 0;
		foreach ( $trials as $i => $trial ) {
			if ( $running === self::AT_ONCE ) {
				pcntl_wait( $status );
				$running--;
			}
			if ( pcntl_fork() === 0 ) {
				$result = $this->send( $trial['block'], $trial['to'], $name );
				file_put_contents( "$dir/$i", json_encode( $result, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE ) );
				posix_kill( posix_getpid(), SIGKILL ); // nothing of the wiki's end is this process's
			}
			$running++;
		}
		while ( pcntl_wait( $status ) > 0 ) {
			// until none is left
		}
		$out = [];
		foreach ( $trials as $i => $trial ) {
			$out[] = is_readable( "$dir/$i" ) ? json_decode( file_get_contents( "$dir/$i" ), true ) : [ 'ok' => false, 'error' => 'the process died' ];
		}
		echo json_encode( $out, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), "\n";
	}
}

$maintClass = SendMails::class;
require_once RUN_MAINTENANCE_IF_MAIN;
