-- Nothing is loaded from elsewhere, and nothing may run: the page says so itself.
CREATE FUNCTION @extschema@.report_head(title text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    RETURN '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
        '<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/><title>'
        || @extschema@.escape_html(title) || '</title><style>'
        ':root{--ink:#1c2733;--soft:#5b6b7b;--line:#dfe5ea;--back:#f6f8fa;--card:#fff;--bar:#0072b2;--warn:#d55e00;--good:#00785a}'
        '@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa9b8;--line:#2c3a47;--back:#0f1720;--card:#17212b;--bar:#56b4e9;--warn:#e69f00;--good:#2fbf95}}'
        'body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}'
        'main{max-width:1080px;margin:0 auto;padding:24px}h1{margin:0;font-size:26px}h2{margin:0 0 10px;font-size:17px}'
        'p{margin:4px 0;color:var(--soft)}.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin:20px 0}'
        '.tile,section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}'
        '.tile b{display:block;font-size:24px}.tile span{color:var(--soft);font-size:13px}'
        '.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:12px}section{margin-bottom:12px;overflow:hidden}'
        'svg{width:100%;height:auto}svg text{font-size:14px;fill:var(--soft)}svg .value{fill:var(--ink)}svg rect,circle{fill:var(--bar)}'
        'path{fill:none;stroke:var(--bar);stroke-width:2}.axis{stroke:var(--line)}.wide{overflow-x:auto}'
        'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}'
        'th{color:var(--soft);font-weight:600;font-size:13px}.warn{color:var(--warn)}.good{color:var(--good)}'
        '</style></head><body><main>';

COMMENT ON FUNCTION @extschema@.report_head(text) IS 'part of report(): the page up to its content';
