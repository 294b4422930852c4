import { editorFor } from '../state/draft-query.ts';
import { curl } from './api-box.tsx';
import { Box, Copyable } from './controls.tsx';

/** The GraphQL behind a panel, and how to ask it without the dashboard. */
export function QueryBox({ title, text, onClose }: { readonly title: string; readonly text: string; readonly onClose: () => void }) {
  const command = curl({ method: 'POST', path: '/graphql', body: { query: text.replace(/\s+/g, ' ') } });
  return (
    <Box title={`The query of ${title}`} onClose={onClose}>
      <p>This panel shows nothing that the public API does not say. The question it asks:</p>
      <Copyable label="the query" text={text} />
      <p>
        <a href={editorFor(text)}>Open it in the editor of queries</a>, or ask the same from a terminal:
      </p>
      <Copyable label="the command" text={command} />
    </Box>
  );
}
