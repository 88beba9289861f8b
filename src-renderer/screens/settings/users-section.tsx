// Who may sign in: list, add, disable.
import { Button, Group, PasswordInput, Select, Skeleton, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconUserCheck, IconUserOff, IconUserPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Role, User } from '../../../src-main/contract/models.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { useSession } from '../../stores/session.ts';
import classes from './settings.module.css';

const MIN_PASSWORD_LENGTH = 8;
const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'nurse', label: 'Nurse' },
  { value: 'doctor', label: 'Doctor' },
  { value: 'admin', label: 'Administrator' },
];

export function UsersSection() {
  const { data, error, reload } = useAnswer('user.list', {});
  const me = useSession((state) => state.user);
  const setDisabled = useCommand('user.setDisabled');
  const [adding, dialog] = useDisclosure(false);
  const [disabling, setDisabling] = useState<User | null>(null);
  if (data === null) return error === null ? <Skeleton height={260} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;

  async function change(user: User, disabled: boolean): Promise<void> {
    const changed = await setDisabled.run({ userId: user.userId, disabled });
    if (changed === null) return;
    setDisabling(null);
    reload();
  }

  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" maw={640}>
          Everybody has their own name here: entries and acknowledgements carry it.
        </Text>
        <Button leftSection={<IconUserPlus size={20} aria-hidden="true" />} onClick={dialog.open}>
          Add user
        </Button>
      </Group>
      <ErrorNotice error={error ?? (disabling === null ? setDisabled.error : null)} />
      <Table.ScrollContainer minWidth={620} className="hs-card">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>User name</Table.Th>
              <Table.Th>Role</Table.Th>
              <Table.Th>Sign-in</Table.Th>
              <Table.Th>
                <VisuallyHidden>Change</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((user) => (
              <Table.Tr key={user.userId}>
                <Table.Td fw={600}>
                  {user.displayName}
                  {user.userId === me?.userId && ' (you)'}
                </Table.Td>
                <Table.Td>{user.userName}</Table.Td>
                <Table.Td>{ROLES.find((role) => role.value === user.role)?.label}</Table.Td>
                <Table.Td>
                  <span className={classes.fact}>
                    {user.disabled ? (
                      <IconUserOff size={18} aria-hidden="true" />
                    ) : (
                      <IconUserCheck size={18} aria-hidden="true" />
                    )}
                    {user.disabled ? 'Disabled' : 'Allowed'}
                  </span>
                </Table.Td>
                <Table.Td ta="right">
                  {user.userId !== me?.userId && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${user.disabled ? 'Enable' : 'Disable'} ${user.displayName}`}
                      onClick={() => (user.disabled ? void change(user, false) : setDisabling(user))}
                    >
                      {user.disabled ? 'Enable' : 'Disable'}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <AddUserDialog opened={adding} onClose={dialog.close} onAdded={reload} />
      <ConfirmDialog
        opened={disabling !== null}
        title={`Disable ${disabling?.displayName ?? ''}?`}
        action="Disable"
        pending={setDisabled.pending}
        error={setDisabled.error}
        onClose={() => setDisabling(null)}
        onConfirm={() => disabling !== null && void change(disabling, true)}
      >
        <Text>
          They are signed out everywhere and cannot sign in again until enabled. What they entered stays under their name.
        </Text>
      </ConfirmDialog>
    </Stack>
  );
}

interface AddUserDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

function AddUserDialog({ opened, onClose, onAdded }: AddUserDialogProps) {
  const { run, clear, pending, error } = useCommand('user.add');
  const form = useForm({
    initialValues: { displayName: '', userName: '', role: 'nurse' as Role, password: '' },
    validate: {
      displayName: (value) => (value.trim() === '' ? 'Enter the name' : null),
      userName: (value) => (value.trim() === '' ? 'Enter a user name' : null),
      password: (value) => (value.length < MIN_PASSWORD_LENGTH ? `At least ${MIN_PASSWORD_LENGTH} characters` : null),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening starts anew.
  useEffect(() => {
    if (!opened) return;
    form.reset();
    clear();
  }, [opened]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed once per error.
  useEffect(() => {
    if (error !== null) placeError(form, error);
  }, [error]);
  const submit = form.onSubmit(async (values) => {
    if ((await run(values)) === null) return;
    onAdded();
    onClose();
  }, toFirstProblem(form));
  return (
    <Dialog opened={opened} onClose={onClose} title="Add user" size="md">
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput label="Name" withAsterisk data-autofocus maxLength={120} {...form.getInputProps('displayName')} />
          <TextInput label="User name" withAsterisk maxLength={60} autoComplete="off" {...form.getInputProps('userName')} />
          <Select label="Role" data={[...ROLES]} allowDeselect={false} {...form.getInputProps('role')} />
          <PasswordInput
            label="First password"
            description={`At least ${MIN_PASSWORD_LENGTH} characters`}
            withAsterisk
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          {Object.keys(form.errors).length === 0 && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={pending}>
              Add user
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
