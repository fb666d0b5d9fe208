// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import './duty.css';
import { dutyPage } from './page.tsx';

mount(dutyPage);
