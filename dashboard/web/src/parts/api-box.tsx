import type { Call } from '../api/client.ts';
import { Box, Copyable } from './controls.tsx';

/** A call of the API that a panel makes, and what it is for. */
export interface NamedCall {
  readonly words: string;
  readonly call: Call;
}

/** A call as a command for a terminal on the machine that runs Selvage. */
export function curl({ method = 'GET', path, body }: Call): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [
    `curl -s${method === 'GET' ? '' : ` -X ${method}`} ${quoted(`${location.origin}/client/v4${path}`)}`,
    `-H "Authorization: Bearer $(cat selvage-data/admin-token)"`,
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`]),
  ];
  return lines.join(' \\\n  ');
}

/** The calls behind a panel, and how to make them without the dashboard. */
export function ApiBox({
  title,
  calls,
  onClose,
}: {
  readonly title: string;
  readonly calls: readonly NamedCall[];
  readonly onClose: () => void;
}) {
  return (
    <Box title={`The API behind “${title}”`} onClose={onClose}>
      <p>
        This panel does nothing that the public API cannot. <a href="/help/api#cache">All of it is described here.</a>
      </p>
      {calls.map(({ words, call }) => (
        <div className="api-call" key={words}>
          <p>{words}</p>
          <Copyable label={`the command: ${words}`} text={curl(call)} />
        </div>
      ))}
    </Box>
  );
}
