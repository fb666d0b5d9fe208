// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import './import.css';
import { importPage } from './page.tsx';

mount(importPage);
