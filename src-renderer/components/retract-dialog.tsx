// Takes something back with a reason: it stays stored and is marked. One form for an entered value and for a photo.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { type ReactElement, type ReactNode, useState } from 'react';
import { errorWords } from '../client/index.ts';
import { Dialog } from './dialog.tsx';

interface RetractDialogProps {
  /** `Retract an entry`. */
  readonly title: string;
  /** What is taken back: `Body temperature 41.6 °C`. */
  readonly what: string;
  /** Whose it is, when it was taken, and what becomes of it. */
  readonly about: string;
  readonly picture?: ReactNode;
  /** What the reason is kept with: `value`, `photo`. */
  readonly keptWith: string;
  /** Closes the dialog itself; where it rejects, the reason stays and what is wrong is said. */
  readonly retract: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

export function RetractDialog(props: RetractDialogProps): ReactElement {
  const { title, what, about, picture, keptWith, retract, onClose } = props;
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  async function run(): Promise<void> {
    if (reason.trim() === '') {
      setProblem(`Say why: the reason is kept with the ${keptWith}.`);
      return;
    }
    setBusy(true);
    try {
      await retract(reason.trim());
    } catch (error) {
      setProblem(errorWords(error));
      setBusy(false);
    }
  }

  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Group wrap="nowrap" mb="sm" align="flex-start">
          {picture}
          <div>
            <Text fw={650}>{what}</Text>
            <Text size="sm" c="dimmed">
              {about}
            </Text>
          </div>
        </Group>
        <TextInput
          label="Reason"
          required
          data-autofocus
          maxLength={300}
          value={reason}
          error={problem}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setProblem('');
          }}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" color="red.9" loading={busy}>
            Retract
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
