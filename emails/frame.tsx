// The layout of all e-mails: near-monochrome, numbers first (docs/experience.md section 6). Colours are inline, for mail programs
// that drop <style>. Programs that keep it get the dark colours, and one column on narrow screens.
import { Button, Container, Head, Heading, Html, Preview, Section, Text } from '@react-email/components';
import type { ReactElement, ReactNode } from 'react';
import type { EmailDocument, FrameParts } from './document.ts';
import { FigureTable } from './parts/figure-table.tsx';
import { FactTable, Figure, InlineLink, Mark, Sender } from './parts/parts.tsx';
import { DARK_STYLES, LIGHT, textStyle } from './theme.ts';

export const Frame = ({ document, ...frame }: FrameParts & { document: EmailDocument }): ReactElement => (
  <Html lang={frame.language}>
    <Head>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      {/* Mail programs make blue links of amounts, dates and addresses that look like phone numbers. */}
      <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
      <title>{document.subject}</title>
      <style>{DARK_STYLES}</style>
    </Head>
    {/* Not React Email's Body: it moves the style to an inner cell, which the dark colours do not reach. */}
    <body className="bg" style={{ backgroundColor: LIGHT.bg, margin: '0', padding: '24px 12px' }}>
      <Preview>{document.preview}</Preview>
      {/* The language again: mail programs drop <html>, and fonts draw some characters by language. */}
      <Container lang={frame.language} style={{ maxWidth: '600px', width: '100%' }}>
        <Sender name={frame.sender} logoUrl={frame.logoUrl} />
        <Section className="surface line" style={card}>
          <Content document={document} testNotice={frame.testNotice} />
        </Section>
        <Footer document={document} frame={frame} />
      </Container>
    </body>
  </Html>
);

const Content = ({ document, testNotice }: { document: EmailDocument; testNotice: string | null }): ReactElement => {
  const { mark, title, lead, figure, facts, tables, action, notes } = document;
  return (
    <div className="pad" style={{ padding: '32px' }}>
      {testNotice ? <Mark text={testNotice} tone="warn" /> : null}
      {mark ? <Mark {...mark} /> : null}
      <Heading as="h1" className="ink" style={heading}>
        {title}
      </Heading>
      {lead.map((line) => (
        <Text key={line} className="ink2" style={paragraph}>
          {line}
        </Text>
      ))}
      {figure ? <Figure {...figure} /> : null}
      {facts.length > 0 ? <FactTable facts={facts} /> : null}
      {tables.map((table) => (
        <FigureTable key={table.title} {...table} />
      ))}
      {action ? (
        <div style={{ padding: '24px 0 0' }}>
          <Button href={action.url} className="button" style={button}>
            {action.label}
          </Button>
        </div>
      ) : null}
      {notes.map((note) => (
        <Text key={note} className="ink2" style={paragraph}>
          {note}
        </Text>
      ))}
    </div>
  );
};

const Footer = ({ document, frame }: { document: EmailDocument; frame: FrameParts }): ReactElement => {
  const { action, reason, unsubscribe } = document;
  const { support, linkText, signature } = frame;
  return (
    <div style={{ padding: '20px 4px 0' }}>
      {support ? (
        <Small>
          {`${support.message} `}
          {support.url ? <InlineLink url={support.url}>{support.contact}</InlineLink> : support.contact}
        </Small>
      ) : null}
      <Small>{reason}</Small>
      {action ? (
        <Small>
          {linkText}
          <br />
          <InlineLink url={action.url} style={{ wordBreak: 'break-all' }}>
            {action.url}
          </InlineLink>
        </Small>
      ) : null}
      {unsubscribe ? (
        <Small>
          <InlineLink url={unsubscribe.url}>{unsubscribe.label}</InlineLink>
        </Small>
      ) : null}
      <Small>{signature}</Small>
    </div>
  );
};

const Small = ({ children }: { children: ReactNode }): ReactElement => (
  <Text className="ink3" style={small}>
    {children}
  </Text>
);

const card = { backgroundColor: LIGHT.surface, border: `1px solid ${LIGHT.line}`, borderRadius: '12px' };
const heading = textStyle(24, LIGHT.ink, { lineHeight: '32px', fontWeight: 650, letterSpacing: '-0.2px' });
const paragraph = textStyle(15, LIGHT.ink2, { padding: '10px 0 0', wordBreak: 'break-word' });
const small = textStyle(13, LIGHT.ink3, { padding: '0 0 8px' });
const button = {
  ...textStyle(15, LIGHT.onBrand, { lineHeight: '20px', fontWeight: 600 }),
  backgroundColor: LIGHT.brand,
  borderRadius: '8px',
  padding: '13px 22px',
  display: 'inline-block',
};
