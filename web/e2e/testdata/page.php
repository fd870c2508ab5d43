<?php
/**
 * Saves pages in a wiki and prints one of them as a reader gets it:
 *
 *   php page.php < {"pages": {"Template:X": text, ...}, "show": "Main Page"}
 *
 * {{#widget:NAME|key=value}} does what Extension:Widgets does: the page
 * Widget:NAME is a template of Smarty, with the extension's delimiters and its
 * restrictions, and what comes of it stays out of the parser's hands. The
 * extension is in no package of Debian's; Smarty is.
 *
 * MW_INSTALL_PATH names MediaWiki, MW_CONFIG_FILE its LocalSettings.php.
 */
require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';
require_once '/usr/share/php/smarty4/Smarty.class.php';

use MediaWiki\MediaWikiServices;

class Restrictions extends Smarty_Security {
	public $static_classes = null;
	public $trusted_static_methods = null;
	public $trusted_static_properties = null;
	public $streams = null;
	public $allow_constants = false;
	public $allow_super_globals = false;
	public $disabled_special_smarty_vars = [ 'template', 'template_object', 'current_dir' ];
}

class ShowPage extends Maintenance {
	/** @var string[] what the widgets of a page gave */
	private $widgets = [];

	private function page( string $name ): WikiPage {
		return MediaWikiServices::getInstance()->getWikiPageFactory()->newFromTitle( Title::newFromText( $name ) );
	}

	public function widget( Parser $parser, string $name, string ...$args ): string {
		$smarty = new Smarty;
		$smarty->left_delimiter = '<!--{';
		$smarty->right_delimiter = '}-->';
		$smarty->compile_dir = getenv( 'SMARTY_COMPILED' );
		$smarty->enableSecurity( Restrictions::class );
		foreach ( $args as $arg ) {
			[ $key, $value ] = explode( '=', $arg, 2 );
			$smarty->assign( trim( $key ), trim( $value ) );
		}
		$text = ContentHandler::getContentText( $this->page( "Widget:$name" )->getContent() );
		$text = preg_replace( '!<noinclude>.*?</noinclude>!s', '', $text );
		$text = str_replace( [ '<includeonly>', '</includeonly>' ], '', $text );
		$this->widgets[] = $smarty->fetch( "string:$text" );
		return 'PLACE-OF-WIDGET-' . count( $this->widgets ) . '-';
	}

	public function execute() {
		$in = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );
		$services = MediaWikiServices::getInstance();
		$parser = $services->getParser();
		$parser->setFunctionHook( 'widget', [ $this, 'widget' ] );
		$user = User::newSystemUser( 'Editor', [ 'steal' => true ] );
		foreach ( $in['pages'] as $name => $text ) {
			$page = $this->page( $name );
			$status = $page->doUserEditContent( ContentHandler::makeContent( $text, $page->getTitle() ), $user, 'test' );
			if ( !$status->isOK() ) {
				throw new RuntimeException( (string)$status );
			}
		}
		$page = $this->page( $in['show'] );
		$html = $parser->parse( ContentHandler::getContentText( $page->getContent() ), $page->getTitle(),
			ParserOptions::newFromAnon() )->getText();
		foreach ( $this->widgets as $i => $widget ) {
			$html = str_replace( 'PLACE-OF-WIDGET-' . ( $i + 1 ) . '-', $widget, $html );
		}
		$this->output( $html );
	}
}

$maintClass = ShowPage::class;
require_once RUN_MAINTENANCE_IF_MAIN;
