// How the console itself is doing: engine, disk, problems in plain words.
import { create } from 'zustand';
import type { ConsoleStatus } from '../../src-main/contract/models.ts';

export const useStatus = create<{ readonly status: ConsoleStatus | null }>(() => ({ status: null }));

export function setStatus(status: ConsoleStatus): void {
  useStatus.setState({ status });
}
