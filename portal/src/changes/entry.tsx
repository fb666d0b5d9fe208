// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { changesPage } from './page.tsx';

mount(changesPage);
