// Commands from a screen: one that is run by a person, and one whose answer fills a part of the screen.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { useFocusKept } from '../components/use-focus-kept.ts';
import { useConnection } from '../stores/connection.ts';
import { consoleClient } from './index.ts';

export interface CommandState {
  readonly pending: boolean;
  readonly error: unknown;
}

export interface RunnableCommand<N extends CommandName> extends CommandState {
  /** Resolves to the result, or to null where it failed; the reason is then in `error`. */
  readonly run: (params: CommandInput<N>) => Promise<CommandResult<N> | null>;
  readonly clear: () => void;
}

const IDLE: CommandState = { pending: false, error: null };

export function useCommand<N extends CommandName>(command: N): RunnableCommand<N> {
  const [state, setState] = useState(IDLE);
  const keepFocus = useFocusKept(state.pending);
  const run = useCallback(
    async (params: CommandInput<N>) => {
      keepFocus();
      setState({ pending: true, error: null });
      try {
        const result = await consoleClient().send(command, params);
        setState(IDLE);
        return result;
      } catch (error) {
        setState({ pending: false, error });
        return null;
      }
    },
    [command, keepFocus],
  );
  const clear = useCallback(() => setState(IDLE), []);
  return { ...state, run, clear };
}

export interface LoadedAnswer<N extends CommandName> {
  readonly data: CommandResult<N> | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Asks on mount, whenever the parameters change, and when the console comes back; keeps the last answer on screen while asking again. */
export function useAnswer<N extends CommandName>(command: N, params: CommandInput<N>): LoadedAnswer<N> {
  const [data, setData] = useState<CommandResult<N> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const connected = useConnection((state) => state.connected);
  const asked = useRef('');
  const key = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the parameters; the round and a console that is back ask again.
  useEffect(() => {
    const question = `${key} ${round}`;
    // A console that goes away takes nothing from the screen.
    if (!connected && asked.current === question) return;
    asked.current = question;
    let wanted = true;
    consoleClient()
      .send(command, params)
      .then(
        (result) => {
          if (!wanted) return;
          setData(() => result);
          setError(null);
        },
        (reason: unknown) => {
          if (wanted) setError(reason);
        },
      );
    return () => {
      wanted = false;
    };
  }, [command, key, round, connected]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { data, error, reload };
}
