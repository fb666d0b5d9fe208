// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { startPage } from './page.tsx';

mount(startPage);
