// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { programmePage } from './page.tsx';

mount(programmePage);
