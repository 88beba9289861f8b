// An address that leads nowhere.
import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import { EmptyNotice } from '../../components/notices.tsx';

export function NotFoundScreen() {
  return (
    <EmptyNotice
      icon={<IconMapQuestion size={44} stroke={1.5} />}
      title="There is no such page"
      action={
        <Button component={Link} to="/" mt="sm">
          Go to the ward
        </Button>
      }
    >
      The address may be mistyped or from an older version.
    </EmptyNotice>
  );
}
