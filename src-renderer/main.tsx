// Entry of the window: takes a handed-over session from the address, wires the stores, shows the app.
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { consoleClient, onSessionEnded } from './client/index.ts';
import { takeTokenFromAddress, tokenKeeper } from './client/session-token.ts';
import { startAlarmSound } from './sound/alarm-sound.ts';
import { startClock } from './stores/clock.ts';
import { endSession, SESSION_OVER } from './stores/session.ts';
import { wireStores } from './stores/wire.ts';

takeTokenFromAddress();
startClock();
wireStores(consoleClient(), tokenKeeper);
onSessionEnded(() => endSession(tokenKeeper, SESSION_OVER));
startAlarmSound();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
