/** The coach's words: paragraphs, lists, bold, italics and code, made into elements, never into markup. */
import { chakra } from '@chakra-ui/react';
import { Fragment, type ReactNode } from 'react';
import { Stack } from './layout';

type Block = { kind: 'text' | 'heading'; text: string } | { kind: 'list'; ordered: boolean; items: string[] };

const BULLET = /^\s*[-*•]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;
const HEADING = /^#{1,6}\s+/;

/** Cuts a small subset of Markdown into blocks. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const part of text.trim().split(/\n{2,}/)) {
    let open: string[] = [];
    const close = (): void => {
      if (open.length > 0) blocks.push({ kind: 'text', text: open.join('\n') });
      open = [];
    };
    for (const line of part.split('\n')) {
      const ordered = NUMBER.test(line);
      if (ordered || BULLET.test(line)) {
        close();
        const item = line.replace(ordered ? NUMBER : BULLET, '');
        const last = blocks.at(-1);
        if (last?.kind === 'list' && last.ordered === ordered) last.items.push(item);
        else blocks.push({ kind: 'list', ordered, items: [item] });
      } else if (HEADING.test(line)) {
        close();
        blocks.push({ kind: 'heading', text: line.replace(HEADING, '') });
      } else {
        open.push(line);
      }
    }
    close();
  }
  return blocks;
}

export function Prose({ text }: { text: string }): ReactNode {
  return (
    <Stack gap="3" lineHeight="1.55" maxW="42rem">
      {blocksOf(text).map((block, index) => (
        <Fragment key={index}>{render(block)}</Fragment>
      ))}
    </Stack>
  );
}

function render(block: Block): ReactNode {
  if (block.kind === 'list') {
    const items = block.items.map((item, index) => <li key={index}>{inline(item)}</li>);
    const style = { ps: '5', display: 'flex', flexDirection: 'column', gap: '1' } as const;
    return block.ordered ? <chakra.ol {...style} listStyleType="decimal">{items}</chakra.ol> : <chakra.ul {...style} listStyleType="disc">{items}</chakra.ul>;
  }
  return <chakra.p whiteSpace="pre-line" fontWeight={block.kind === 'heading' ? '680' : undefined}>{inline(block.text)}</chakra.p>;
}

function inline(text: string): ReactNode[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\*[^*\s][^*]*\*)/).map((part, index) => {
    if (part.startsWith('**') && part.length > 4) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('`') && part.length > 2) return <code key={index}>{part.slice(1, -1)}</code>;
    if (part.startsWith('*') && part.length > 2) return <em key={index}>{part.slice(1, -1)}</em>;
    return part;
  });
}
