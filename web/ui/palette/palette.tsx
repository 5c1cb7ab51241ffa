// The search palette: pages, stores and search results in one list for the keyboard. The browser's own dialog keeps the focus,
// closes on Escape and returns the focus.
import { useNavigate } from '@remix-run/react';
import { Command } from 'cmdk';
import { ArrowRight, Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { StoreName } from '../store-name.tsx';
import {
  type PaletteEntry,
  type PaletteSource,
  type PaletteTarget,
  type SearchedList,
  targetsFor,
} from './palette-targets.ts';
import { useFound } from './use-search-results.ts';

export interface PaletteProps {
  source: PaletteSource;
  open: boolean;
  onClose: () => void;
}

export function Palette({ source, open, onClose }: PaletteProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog?.open) {
      dialog?.showModal();
      dialog?.querySelector('input')?.focus();
    }
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={element}
      data-palette
      aria-label="Search"
      onClose={onClose}
      // The content fills the dialog, so a click on the element itself is outside of it.
      onPointerDown={({ target, currentTarget }) => target === currentTarget && onClose()}
      className="card mx-auto mt-[10dvh] mb-auto w-[calc(100%-1.5rem)] max-w-xl overflow-hidden p-0 text-ink shadow-xl backdrop:bg-black/50"
    >
      {open ? <PaletteList source={source} onClose={onClose} /> : null}
    </dialog>
  );
}

const ITEM =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 py-1.5 data-[selected=true]:bg-brand-tint data-[selected=true]:text-brand';
const GROUP = '[&>[cmdk-group-heading]]:px-3 [&>[cmdk-group-heading]]:py-1.5 [&>[cmdk-group-heading]]:text-xs';
const GROUP_HEADING = '[&>[cmdk-group-heading]]:font-semibold [&>[cmdk-group-heading]]:text-ink-2';
const ALL = 'all';

function PaletteList({ source, onClose }: Omit<PaletteProps, 'open'>) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState('');
  const hasMoved = useRef(false);
  const navigate = useNavigate();
  const found = useFound(source.findUrl, query.trim());
  const targets = targetsFor(source.targets, query);
  const typed = query.trim();
  const first = found.entries[0]?.to;
  // Selects the first result when nothing matched before, unless the reader has selected something.
  useEffect(() => {
    if (first) setChosen((now) => (now.startsWith(ALL) && !hasMoved.current ? first : now));
  }, [first]);

  const go = (to: string): void => {
    onClose();
    navigate(to);
  };
  return (
    <Command
      label={`Search pages and ${nounsOf(source.lists)}`}
      shouldFilter={false}
      vimBindings={false}
      loop
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={({ key }: KeyboardEvent) => {
        if (/^(Arrow|Home|End)/.test(key)) hasMoved.current = true;
      }}
    >
      <div className="flex items-center gap-3 border-b border-line px-4 has-focus-visible:border-brand">
        <Search size={18} aria-hidden className="flex-none text-ink-2" />
        <Command.Input
          value={query}
          onValueChange={(text) => {
            hasMoved.current = false;
            setQuery(text);
          }}
          maxLength={128}
          placeholder={nounOf([{ noun: 'Page' }, ...source.lists])}
          className="min-h-13 w-full min-w-0 bg-transparent outline-none placeholder:text-ink-3"
        />
        <kbd className="flex-none rounded border border-line bg-sunken px-1.5 text-xs text-ink-2">Esc</kbd>
      </div>
      <Command.List label="Results" className="h-[min(26rem,60dvh)] overflow-y-auto overscroll-contain p-2">
        <TargetGroup heading="Pages" targets={targets} onGo={go} />
        <TargetGroup heading="Stores" targets={targets} onGo={go} />
        <FoundGroups entries={found.entries} onGo={go} />
        {typed === ''
          ? null
          : source.lists.map(({ noun, url }) => (
              <Command.Item
                key={url}
                value={`${ALL} ${noun}`}
                className={ITEM}
                onSelect={() => go(`${url}?${queryOf(typed)}`)}
              >
                <ArrowRight size={16} aria-hidden className="flex-none" />
                <span className="min-w-0 truncate">
                  All {noun}s for “{typed}”
                </span>
              </Command.Item>
            ))}
      </Command.List>
      <p role="status" className="min-h-9 border-t border-line px-4 py-2 text-xs text-ink-2">
        {messageOf(found, typed, source.lists)}
      </p>
    </Command>
  );
}

const queryOf = (q: string): URLSearchParams => new URLSearchParams({ q });

const nounOf = (lists: readonly Pick<SearchedList, 'noun'>[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(lists.map(({ noun }) => noun));
const nounsOf = (lists: PaletteSource['lists']): string =>
  new Intl.ListFormat('en').format(lists.map(({ noun }) => `${noun}s`));

const messageOf = (
  { state, entries }: ReturnType<typeof useFound>,
  typed: string,
  lists: PaletteSource['lists'],
): string => {
  if (state === 'failed') return `The ${nounsOf(lists)} could not be searched. Try again in a moment.`;
  if (state === 'slow') return 'The search of orders took too long and was stopped. Type a longer or rarer part.';
  if (typed === '') return 'Arrow keys choose, Enter opens.';
  if (state === 'asking') return 'Searching…';
  if (entries.length === 0) return `No ${nounOf(lists)} matches.`;
  return `${entries.length} ${entries.length === 1 ? nounOf(lists) : nounsOf(lists)} found.`;
};

interface TargetGroupProps {
  heading: PaletteTarget['group'];
  targets: readonly PaletteTarget[];
  onGo: (to: string) => void;
}

function TargetGroup({ heading, targets, onGo }: TargetGroupProps) {
  const mine = targets.filter(({ group }) => group === heading);
  if (mine.length === 0) return null;
  return (
    <Group heading={heading}>
      {mine.map(({ to, label, isTest = false, Icon }) => (
        <Command.Item key={to} value={to} className={ITEM} onSelect={() => onGo(to)}>
          <Icon size={16} aria-hidden className="flex-none" />
          <span className="min-w-0">
            <StoreName name={label} isTest={isTest} />
          </span>
        </Command.Item>
      ))}
    </Group>
  );
}

interface FoundGroupsProps {
  entries: readonly PaletteEntry[];
  onGo: (to: string) => void;
}

function FoundGroups({ entries, onGo }: FoundGroupsProps) {
  return [...new Set(entries.map(({ heading }) => heading))].map((heading) => (
    <FoundGroup
      key={heading}
      heading={heading}
      entries={entries.filter((one) => one.heading === heading)}
      onGo={onGo}
    />
  ));
}

function FoundGroup({ heading, entries, onGo }: FoundGroupsProps & { heading: string }) {
  return (
    <Group heading={heading}>
      {entries.map(({ to, title, detail, state }) => (
        <Command.Item key={to} value={to} className={`${ITEM} justify-between`} onSelect={() => onGo(to)}>
          <span className="grid min-w-0">
            <span className="truncate">{title}</span>
            <span className="truncate text-sm text-ink-2">{detail}</span>
          </span>
          <span className="flex-none text-sm text-ink-2">{state}</span>
        </Command.Item>
      ))}
    </Group>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group heading={heading} className={`${GROUP} ${GROUP_HEADING} mb-1`}>
      {children}
    </Command.Group>
  );
}
