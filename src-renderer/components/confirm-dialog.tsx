// Asks once more before something that cannot simply be taken back.
import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './notices.tsx';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What happens, as the button's words: "Discharge", not "OK". */
  readonly action: string;
  readonly pending: boolean;
  /** Something above has to be put right first. */
  readonly disabled?: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { opened, title, children, action, pending, disabled = false, error, onConfirm, onClose } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="md">
      <Stack>
        <div>{children}</div>
        <ErrorNotice error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep as it is
          </Button>
          <Button color="red.9" loading={pending} disabled={disabled} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
