// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { boardPage } from './page.tsx';

mount(boardPage);
