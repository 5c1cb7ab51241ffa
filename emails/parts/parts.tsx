// The parts of an e-mail's layout, without the table of figures.
import { Link, Text } from '@react-email/components';
import type { CSSProperties, ReactElement } from 'react';
import type { EmailDocument, Fact } from '../document.ts';
import { CODE, LIGHT, PLAIN_TABLE, RULE, TABULAR, TONES, textStyle } from '../theme.ts';

/** The logo is only as wide as the picture. White in both colour schemes: a dark logo on a dark surface would vanish. */
const LOGO_HEIGHT = 32;
const logo = {
  height: `${LOGO_HEIGHT}px`,
  maxWidth: '160px',
  objectFit: 'contain',
  display: 'block',
  backgroundColor: LIGHT.surface,
  borderRadius: '6px',
  marginRight: '10px',
} as const;

/** A table, so that a name of several lines stays beside the logo. */
export const Sender = ({ name, logoUrl }: { name: string; logoUrl: string | null }): ReactElement => (
  <table cellPadding={0} cellSpacing={0} border={0} role="presentation" style={{ margin: '0 4px 12px' }}>
    <tbody>
      <tr>
        {logoUrl ? (
          <td>
            <img src={logoUrl} alt="" height={LOGO_HEIGHT} style={logo} />
          </td>
        ) : null}
        <td className="ink2" style={textStyle(14, LIGHT.ink2, { fontWeight: 600 })}>
          {name}
        </td>
      </tr>
    </tbody>
  </table>
);

export const InlineLink = ({
  url,
  style,
  children,
}: {
  url: string;
  style?: CSSProperties;
  children: string;
}): ReactElement => (
  <Link href={url} className="link" style={{ color: LIGHT.brand, ...style }}>
    {children}
  </Link>
);

/** The state as text and a sign, not only as a colour. */
export const Mark = ({ text, tone }: NonNullable<EmailDocument['mark']>): ReactElement => (
  <div style={{ padding: '0 0 12px' }}>
    <span
      className={`mark-${tone}`}
      style={{
        ...textStyle(13, TONES[tone].ink, { fontWeight: 600, lineHeight: '18px' }),
        backgroundColor: TONES[tone].tint,
        borderRadius: '6px',
        padding: '4px 10px',
        display: 'inline-block',
      }}
    >
      {`${TONES[tone].sign} ${text}`}
    </span>
  </div>
);

export const Figure = ({ label, value, note }: NonNullable<EmailDocument['figure']>): ReactElement => (
  <div style={{ padding: '20px 0 0' }}>
    {label ? (
      <Text className="ink3" style={textStyle(14, LIGHT.ink3)}>
        {label}
      </Text>
    ) : null}
    <Text className="ink figure" style={textStyle(32, LIGHT.ink, { ...TABULAR, lineHeight: '40px', fontWeight: 650 })}>
      {value}
    </Text>
    {note ? (
      <Text className="ink2" style={textStyle(14, LIGHT.ink2)}>
        {note}
      </Text>
    ) : null}
  </div>
);

/** One line height for all, so that a label and its value share a baseline. */
const LINE = '22px';
const cell = { borderTop: RULE, padding: '10px 12px 10px 0', verticalAlign: 'top' } as const;

export const FactTable = ({ facts }: { facts: readonly Fact[] }): ReactElement => (
  <table {...PLAIN_TABLE} role="presentation" style={{ marginTop: '20px', borderCollapse: 'collapse' }}>
    <tbody>
      {facts.map((fact) => (
        <tr key={fact.label}>
          <td
            className="label line"
            style={{ ...textStyle(14, LIGHT.ink3, { lineHeight: LINE }), ...cell, width: '34%' }}
          >
            {fact.label}
          </td>
          <td className="value line" style={{ ...cell, lineHeight: LINE }}>
            <FactValue {...fact} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const FactValue = ({ value, link, isCode }: Fact): ReactElement => {
  const style: CSSProperties = {
    ...textStyle(isCode ? 13 : 15, LIGHT.ink, { ...TABULAR, lineHeight: LINE }),
    ...(isCode ? { fontFamily: CODE, wordBreak: 'break-all' } : { wordBreak: 'break-word' }),
  };
  return link ? (
    <Link href={link} className={isCode ? 'link code' : 'link'} style={{ ...style, color: LIGHT.brand }}>
      {value}
    </Link>
  ) : (
    <span className={isCode ? 'ink code' : 'ink'} style={style}>
      {value}
    </span>
  );
};
