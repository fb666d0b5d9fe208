-- Facts and triggers find what they name when a dump is restored.
select pin_search_path();
