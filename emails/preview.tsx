// A sample e-mail as a component, for React Email's preview (`npm run emails`).
import type { ReactElement } from 'react';
import type { EmailKind } from '#domain/email-data.ts';
import type { Language } from '#domain/languages.ts';
import { Frame } from './frame.tsx';
import type { EmailInput } from './input.ts';
import { composeEmail } from './render-email.ts';
import { sampleInput } from './samples.ts';

type Preview = ((input: EmailInput) => ReactElement) & { PreviewProps: EmailInput };

export const previewOf = (kind: EmailKind, language: Language): Preview =>
  Object.assign(
    (input: EmailInput) => {
      const { document, frame } = composeEmail(input);
      return <Frame {...frame} document={document} />;
    },
    { PreviewProps: sampleInput(kind, language) },
  );
