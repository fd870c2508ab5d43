<?php
/**
 * Makes a wiki send one mail of a kind, as its visitors would make it, and
 * prints what the mailer reported: {"ok": bool, "error": text}.
 *
 *   php mail.php KIND INPUTS.json
 *
 * MW_INSTALL_PATH names MediaWiki, MW_CONFIG_FILE its LocalSettings.php.
 */
require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;

class SendMail extends Maintenance {
	public function __construct() {
		parent::__construct();
		$this->addArg( 'kind', 'which mail' );
		$this->addArg( 'inputs', 'JSON file with people and words' );
	}

	private function person( array $p, bool $confirmed ): User {
		$name = MediaWikiServices::getInstance()->getUserNameUtils()
			->getCanonical( $p['name'], MediaWiki\User\UserRigorOptions::RIGOR_CREATABLE );
		if ( $name === false ) {
			throw new RuntimeException( "MediaWiki takes no user of the name {$p['name']}" );
		}
		$user = User::newFromName( $name );
		if ( !$user->isRegistered() ) {
			$user = User::createNew( $name );
		}
		$user->setEmail( $p['email'] );
		$user->setEmailAuthenticationTimestamp( $confirmed ? wfTimestampNow() : null );
		$user->saveSettings();
		return $user;
	}

	private function submit( string $page, User $by, array $form ): void {
		$context = RequestContext::getMain();
		$request = new FauxRequest( $form, true );
		$context->setRequest( $request );
		$request->getSession()->setUser( $by );
		$context->setUser( $by );
		$request->setVal( 'wpEditToken', $by->getEditToken( '', $request ) );
		$context->setTitle( SpecialPage::getTitleFor( $page ) );
		$special = MediaWikiServices::getInstance()->getSpecialPageFactory()->getPage( $page );
		$special->setContext( $context );
		$special->run( null );
		if ( preg_match( '/errorbox|mw-message-box-error|cdx-message--error/', $context->getOutput()->getHTML() ) ) {
			throw new RuntimeException( trim( strip_tags( $context->getOutput()->getHTML() ) ) );
		}
	}

	private function send( string $kind, array $in ): void {
		global $wgPasswordSender;
		$services = MediaWikiServices::getInstance();
		switch ( $kind ) {
			case 'plain':
			case 'html':
				$status = UserMailer::send(
					new MailAddress( $in['recipient']['email'], $in['recipient']['name'] ),
					new MailAddress( $wgPasswordSender, wfMessage( 'emailsender' )->inContentLanguage()->text() ),
					$in['subject'],
					$kind === 'html' ? [ 'text' => $in['text'], 'html' => $in['html'] ] : $in['text']
				);
				break;
			case 'confirm':
				$status = $this->person( $in['recipient'], false )->sendConfirmationMail();
				break;
			case 'emailuser':
				$to = $this->person( $in['recipient'], true );
				$this->submit( 'Emailuser', $this->person( $in['sender'], true ), [
					'wpFormIdentifier' => 'sendEmailForm',
					'wpTarget' => $to->getName(),
					'wpSubject' => $in['subject'],
					'wpText' => $in['text'],
				] );
				return;
			case 'enotif-talk':
				$reader = $this->person( $in['recipient'], true );
				$services->getUserOptionsManager()->setOption( $reader, 'enotifusertalkpages', 1 );
				$reader->saveSettings();
				$writer = $this->person( $in['sender'], true );
				RequestContext::getMain()->setUser( $writer );
				$talk = $reader->getTalkPage();
				$services->getWikiPageFactory()->newFromTitle( $talk )->doUserEditContent(
					ContentHandler::makeContent( 'A question. ' . uniqid(), $talk ), $writer, $in['summary'] ?? '' );
				DeferredUpdates::doUpdates();
				$services->getJobRunner()->run( [ 'type' => false, 'maxJobs' => 100, 'throttle' => false ] );
				return;
			default:
				throw new RuntimeException( "no mail of the kind $kind" );
		}
		if ( !$status->isGood() ) {
			throw new RuntimeException( $status->getMessage( false, false, 'en' )->text() );
		}
	}

	public function execute() {
		$result = [ 'ok' => true, 'error' => '' ];
		try {
			$this->send( $this->getArg( 0 ), json_decode( file_get_contents( $this->getArg( 1 ) ), true ) );
		} catch ( Throwable $e ) {
			$result = [ 'ok' => false, 'error' => $e->getMessage() ];
		}
		echo json_encode( $result, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES ), "\n";
	}
}

$maintClass = SendMail::class;
require_once RUN_MAINTENANCE_IF_MAIN;
