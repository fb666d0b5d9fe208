-- The forms in which codes are stored, as the kit's text-forms.ts has them: for rows that were stored before there were any.

create function code_form(code text) returns text language sql immutable strict parallel safe
  return btrim(translate(normalize(code, nfc), '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　', '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ '), E' \t\n\r\f\u00a0\ufeff');
--> statement-breakpoint
create function plate_form(plate text) returns text language sql immutable strict parallel safe
  return regexp_replace(upper(code_form(plate)), '[[:space:]·•・‧∙⋅･-]', '', 'g');
