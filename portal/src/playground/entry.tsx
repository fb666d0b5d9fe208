// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { playgroundPage } from './page.tsx';

mount(playgroundPage);
