-- Pandoc: fenced blocks of the class dotgrad become pictures of their computation graphs, drawn by the
-- command dotgrad: inline SVG in HTML, PDF in LaTeX, an image or words elsewhere. See README.md.

local command = os.getenv 'DOTGRAD' or ''
if command == '' then command = 'dotgrad' end

-- Attributes of a block that are options of the command, which checks their values; those in the second list take none.
local options = { 'root', 'labels', 'layout', 'theme', 'direction', 'numbers', 'font-size', 'scale', 'style', 'show', 'color', 'edges', 'fold', 'open', 'around', 'between', 'highlight', 'why', 'threshold', 'fail-on', 'frames', 'frame', 'fit', 'title', 'description' }
local flags = { 'legend', 'findings', 'gradcheck', 'whole-leaves' }
-- What else a block may have.
local others = { 'alt', 'caption', 'file', 'width' }

local html_formats = 'html html4 html5 chunkedhtml revealjs slidy slideous dzslides s5'
local latex_formats = 'latex beamer context'
local word_formats = 'plain man ms haddock'
local image_formats = { docx = 'png', pptx = 'png', odt = 'png', rtf = 'png', icml = 'png' }

-- Formats that hold their images; what is written in others only names them.
local packed_formats = 'docx pptx odt rtf epub epub2 epub3 fb2'

-- The text of a page of those, in points, where a picture is to fit.
local text_width, text_height = 432, 612

-- How wide the column of a page is in pixels, for direction=auto: in pandoc's own templates. An article of LaTeX has
-- 345 pt, its slides 307.
local columns = { html = 720, html4 = 720, html5 = 720, chunkedhtml = 720, latex = 460, beamer = 410, docx = 576, odt = 576 }

local mime = { svg = 'image/svg+xml', png = 'image/png', pdf = 'application/pdf' }

local function one_of(list)
  return (' ' .. list .. ' '):find(' ' .. FORMAT .. ' ', 1, true) ~= nil
end

local function includes(list, name)
  for _, one in ipairs(list) do
    if one == name then return true end
  end
  return false
end

local function unescape(text)
  local plain = { lt = '<', gt = '>', amp = '&', quot = '"' }
  return (text:gsub('&(%w+);', plain))
end

local function escape(text)
  local entities = { ['<'] = '&lt;', ['>'] = '&gt;', ['&'] = '&amp;', ['"'] = '&quot;' }
  return (text:gsub('[<>&"]', entities))
end

local function read(path)
  local file = io.open(path, 'rb')
  local text = file and file:read 'a'
  if file then file:close() end
  return text
end

------------------------------------------------------------------------------------------------------------
-- Where a block stands, which pandoc does not tell

local function input_lines()
  local lines = {}
  for _, name in ipairs(PANDOC_STATE.input_files) do
    -- pandoc puts an empty line between two files
    if #lines > 0 then lines[#lines + 1] = { text = '', bare = '', name = name, number = 0 } end
    local number = 0
    for text in ((name ~= '-' and read(name) or '') .. '\n'):gmatch '(.-)\r?\n' do
      number = number + 1
      lines[#lines + 1] = { text = text, bare = text:match '^[%s>]*(.-)%s*$', name = name, number = number }
    end
  end
  return lines
end

local function bare_lines(text)
  local bare = {}
  for line in (text .. '\n'):gmatch '(.-)\n' do bare[#bare + 1] = line:match '^[%s>]*(.-)%s*$' end
  return bare
end

local function stands_at(program, lines, start)
  for i, text in ipairs(program) do
    local line = lines[start + i - 1]
    if not line or line.bare ~= text then return false end
  end
  return true
end

-- The line of a program that stands in one place only.
local function only_place(block, lines)
  local program, place = bare_lines(block.text), nil
  if not block.text:find '%S' then return nil end
  for start = 1, #lines do
    if stands_at(program, lines, start) then
      if place then return nil end
      place = start
    end
  end
  return place
end

-- Otherwise pandoc reads the input again. Readers of CommonMark then tell lines; for the other, each opening
-- fence gets its line as an attribute.
local function fences_of(lines, format)
  local texts, fences = {}, {}
  for i, line in ipairs(lines) do
    local text, n = line.text, 0
    if format == 'markdown' then
      local mark = ('{dotgrad-line=%d '):format(i)
      text, n = text:gsub('^([^`~{]*[`~][`~][`~]+[^`~{]*){([^=].*)$', '%1' .. mark .. '%2')
      if n == 0 then text = text:gsub('^([^`~]*[`~][`~][`~]+)%s*dotgrad%s*$', '%1 ' .. mark .. '.dotgrad}') end
    end
    texts[i] = text
  end
  local done, document = pcall(pandoc.read, table.concat(texts, '\n'), format)
  if not done then return {} end
  document:walk {
    CodeBlock = function(fence)
      local line = fence.attributes['dotgrad-line'] or (fence.attributes['data-pos'] or ''):match '(%d+):%d+-'
      if line and fence.classes:includes 'dotgrad' then
        fences[#fences + 1] = { line = tonumber(line), text = fence.text, identifier = fence.identifier }
      end
    end,
  }
  return fences
end

-- Which of these fences is which block, and how many of either are the other's.
local function assigned(blocks, fences)
  local fence_of, n = {}, -#fences
  for i, block in ipairs(blocks) do
    for j, fence in ipairs(fences) do
      if fence.text:gsub('%s+', ' ') == block.text:gsub('%s+', ' ') and fence.identifier == block.identifier then
        fence_of[i], n = fence.line, n + 2
        table.remove(fences, j)
        break
      end
    end
  end
  return fence_of, n
end

-- Gives the blocks their `place`, what to call it, and `lines_before`, the lines before the program.
local function locate(blocks)
  local lines = input_lines()
  local input = PANDOC_STATE.input_files[1]
  if not input or input == '-' then input = '<stdin>' end
  local unsure, fence_of, most = false, {}, -math.huge
  for i, block in ipairs(blocks) do
    block.start = only_place(block, lines)
    unsure = unsure or not block.start
  end
  for _, format in ipairs(unsure and { 'markdown', 'commonmark_x+sourcepos', 'gfm+sourcepos' } or {}) do
    local found, n = assigned(blocks, fences_of(lines, format))
    if n > most then fence_of, most = found, n end
    if n == #blocks then break end
  end
  for i, block in ipairs(blocks) do
    local start = block.start
    if not start and fence_of[i] then
      -- the attributes of a fence may need some lines
      local program = bare_lines(block.text)
      start = fence_of[i] + 1
      for later = start, block.text == '' and start or start + 9 do
        if stands_at(program, lines, later) then start = later break end
      end
    end
    local fence = start and lines[start - 1]
    if fence then
      block.name, block.lines_before = fence.name, fence.number
      block.place = ('%s:%d'):format(fence.name, fence.number)
    else
      block.name, block.lines_before = ('%s, picture %d'):format(input, i), 0
      block.place = block.name
    end
  end
end

------------------------------------------------------------------------------------------------------------
-- Programs in files of their own

-- A path without symbolic links, where the system can tell.
local function real_path(path)
  local done, answer = pcall(pandoc.pipe, 'realpath', { '--', path }, '')
  return done and answer:gsub('\n$', '') or nil
end

local function is_within(path, folder)
  local root, real = real_path(folder), real_path(path)
  if root and real then
    root = root:gsub('/?$', '/')
    return real:sub(1, #root) == root
  end
  return not pandoc.path.is_absolute(path) and not ('/' .. path:gsub('\\', '/') .. '/'):find('/../', 1, true)
end

-- Programs are read from the folders of --resource-path, as all that a document brings in; by default that is
-- the working folder. Nothing else is a document's to read.
local function file_text(name)
  local folders = PANDOC_STATE.resource_path
  for _, folder in ipairs(folders) do
    local path = name
    if folder ~= '.' and not pandoc.path.is_absolute(name) then path = pandoc.path.join { folder, name } end
    local text = read(path)
    if text then
      for _, allowed in ipairs(folders) do
        if is_within(path, allowed) then return text, path end
      end
      return nil, 'is outside of the folders that pandoc may read (--resource-path)'
    end
  end
  return nil, 'cannot be read'
end

------------------------------------------------------------------------------------------------------------
-- Pictures

local n_wrong = 0

local function is_wrong(block, message)
  io.stderr:write(('%s: error: %s\n'):format(block.place, message))
  n_wrong = n_wrong + 1
end

-- What the author has written of ids, and the prefixes of pictures.
local author_ids
local prefixes = {}

-- The options of the command that a block asks for, in the order of the lists.
local function look_of(block)
  local look, attributes = {}, block.attributes
  if attributes.direction == 'auto' and not attributes.fit and columns[FORMAT] then
    look[1] = '--fit=' .. columns[FORMAT]
  end
  local function add(name, value) look[#look + 1] = ('--%s=%s'):format(name, value) end
  if attributes.alt and not attributes.title then add('title', attributes.alt) end
  for _, name in ipairs(options) do
    if attributes[name] then add(name, attributes[name]) end
  end
  for _, name in ipairs(flags) do
    if attributes[name] and attributes[name] ~= 'false' then look[#look + 1] = '--' .. name end
  end
  return look
end

-- Of an attribute that nobody knows an author thinks that it does something. Those of HTML are for others.
local function warn_of_unknown(block)
  local known = {}
  for _, list in ipairs { others, options, flags } do
    for _, name in ipairs(list) do known[#known + 1] = name end
  end
  for _, name in ipairs(block.names) do
    if not includes(known, name) and not name:find '^data%-' then
      io.stderr:write(("%s: warning: '%s' is no attribute of a picture; there are %s\n"):format(block.place, name,
        table.concat(known, ', ')))
    end
  end
end

-- What a picture's ids begin with. It follows from the picture, and nothing else on the page begins so.
local function prefix_for(block)
  local look = { block.program, table.unpack(block.look) }
  local page = (PANDOC_WRITER_OPTIONS.identifier_prefix or ''):gsub('[^%w_.-]', '-')
  local stem = 'dg-' .. pandoc.sha1(table.concat(look, '\0')):sub(1, 12)
  local prefix, n = stem, 1
  while prefixes[prefix] or author_ids:find(prefix, 1, true) do
    n = n + 1
    prefix = ('%s-%d'):format(stem, n)
  end
  prefixes[prefix] = true
  return page .. prefix
end

-- The bytes of a picture. What is wrong with the program goes to standard error.
local function draw(block, format, output)
  local arguments = { '-q', '-T' .. format, '--id-prefix=' .. block.prefix, '--input-name=' .. block.name }
  local function add(argument) arguments[#arguments + 1] = argument end
  add(('--line-offset=%d'):format(block.lines_before))
  if block.from then add('--input-format=' .. block.from) end
  for _, option in ipairs(block.look) do add(option) end
  if output then add('--output=' .. output) end
  local done, answer = pcall(pandoc.pipe, command, arguments, block.program .. '\n')
  if done then return output and read(output) or answer end
  if type(answer) ~= 'table' or answer.error_code == 127 then
    local why = tostring(answer):match 'createProcess: [^:]*: ([^\n]*)' or 'not found'
    return is_wrong(block, ('%s cannot be run: %s'):format(command, why))
  end
  is_wrong(block, 'this picture cannot be drawn')
end

local function words(svg)
  local title = svg:match '<title[^>]*>(.-)</title>' or ''
  local said = svg:match '<desc[^>]*>(.-)</desc>' or ''
  return unescape(title), unescape(said)
end

local function figure_tag(block, classes)
  -- pandoc puts its --id-prefix before ids, and before the links to them, but not into raw HTML
  local prefix = PANDOC_WRITER_OPTIONS.identifier_prefix or ''
  local id = block.identifier ~= '' and (' id="%s"'):format(escape(prefix .. block.identifier)) or ''
  for _, class in ipairs(block.classes) do
    if class ~= 'dotgrad' then classes = classes .. ' ' .. class end
  end
  return ('<figure%s class="%s">'):format(id, escape(classes))
end

local function caption_tag(block)
  local caption = block.attributes.caption
  return caption and ('<figcaption>%s</figcaption>\n'):format(escape(caption)) or ''
end

local function inline_svg(block)
  local svg = draw(block, 'svg_inline')
  if svg and block.css then
    -- in a layer, so that whatever else the page says goes before
    local style = '<style>\n@layer dotgrad {\n' .. escape(block.css) .. '}\n</style>\n'
    svg = svg:gsub('</desc>\n', function(tag) return tag .. style end, 1)
  end
  local width, class, style = block.attributes.width, '', ''
  if width and width:find '^[%d.]+[%a%%]*$' then
    class, style = ' dg-sized', ';width:' .. (tonumber(width) and width .. 'px' or width)
  end
  return svg and pandoc.RawBlock('html', table.concat {
    figure_tag(block, 'dotgrad-figure'), '\n<div class="dotgrad-picture', class, '" style="overflow-x:auto', style, '">',
    svg, '</div>\n', caption_tag(block), '</figure>',
  })
end

local function styled(name, text)
  return pandoc.Div({ pandoc.Para(text) }, pandoc.Attr('', {}, { ['custom-style'] = name }))
end

-- An image has a description, for those who do not see it, and may have a caption. Before pandoc 3 the one
-- takes the other's place in a figure, where it is not put together as here.
local function figure(block, path, description, attr)
  local caption = block.attributes.caption
  local seen = caption and pandoc.Inlines(caption)
  local alone = pandoc.Image(description, path, '', attr)
  if FORMAT == 'pptx' then
    return { pandoc.Para { pandoc.Image(seen or {}, path, description, attr) } }
  elseif not caption then
    return { pandoc.Para { alone } }
  elseif pandoc.Figure then
    return { pandoc.Figure(pandoc.Plain { alone }, { pandoc.Plain(seen) }) }
  elseif FORMAT == 'docx' then
    return { styled('Captioned Figure', { alone }), styled('Image Caption', seen) }
  elseif FORMAT:find '^epub' then
    return { pandoc.RawBlock('html', '<figure>'), pandoc.Plain { alone },
      pandoc.RawBlock('html', caption_tag(block) .. '</figure>') }
  end
  return { pandoc.Para { pandoc.Image(seen, path, 'fig:', attr) } }
end

-- Where the output only names its images, as a .tex file does, they stand beside it.
local function beside_output(path)
  local output = PANDOC_STATE.output_file
  if one_of(packed_formats) or not output or output == '-' or output:lower():find '%.pdf$' then return nil end
  return pandoc.path.join { pandoc.path.directory(output), path }
end

-- Standard output has no place beside it.
local function warn_of_output()
  local output = PANDOC_STATE.output_file
  if one_of(html_formats .. ' ' .. word_formats .. ' ' .. packed_formats) or PANDOC_STATE.verbosity == 'ERROR' then return end
  if not output or output == '-' then
    io.stderr:write('dotgrad: warning: the pictures are only in the folder of --extract-media; -o writes them beside\n')
  end
end

local function image(block, format)
  local path = ('%s.%s'):format(block.prefix, format)
  local bytes = draw(block, format, beside_output(path))
  local svg = bytes and (format == 'svg' and bytes or draw(block, 'svg'))
  if not svg then return nil end
  pandoc.mediabag.insert(path, mime[format], bytes)

  -- As large as it is, unless the text is narrower or lower or the author says otherwise. The template of LaTeX
  -- sees to that for what has no width; with one, lists and cells of tables are not narrower than the page.
  local size = {}
  local is_fitted = one_of 'latex beamer' and PANDOC_WRITER_OPTIONS.template
  local width, height = svg:match '<svg[^>]-width="([%d.]+)pt" height="([%d.]+)pt"'
  if block.attributes.width then
    size.width = block.attributes.width
  elseif width and not is_fitted then
    local scale = math.min(1, text_height / height)
    size.width = width * scale < text_width and ('%.2fin'):format(width * scale / 72) or '100%'
  end
  local title, said = words(svg)
  local description = block.attributes.alt or title .. ': ' .. said
  local blocks = figure(block, path, description, pandoc.Attr('', block.classes, size))
  -- LaTeX links to a Div, but not to an image.
  return block.identifier == '' and blocks or { pandoc.Div(blocks, pandoc.Attr(block.identifier)) }
end

local function paragraphs(block)
  local svg = draw(block, 'svg_inline')
  if not svg then return nil end
  local blocks = { pandoc.Para { pandoc.Str(('[%s: %s]'):format(words(svg))) } }
  local caption = block.attributes.caption
  if caption then blocks[2] = pandoc.Para { pandoc.Str(caption) } end
  return blocks
end

local function picture(block)
  local name = block.attributes.file
  if name then
    local text, path = file_text(name)
    if not text then return is_wrong(block, ("'%s' %s"):format(name, path)) end
    block.program, block.name, block.lines_before = text, path, 0
    block.from = name:find '%.json$' and 'json'
  end
  warn_of_unknown(block)
  block.look = look_of(block)
  block.prefix = prefix_for(block)
  if one_of(html_formats) then return inline_svg(block) end
  if one_of(word_formats) then return paragraphs(block) end
  if one_of(latex_formats) then return image(block, 'pdf') end
  return image(block, image_formats[FORMAT] or 'svg')
end

------------------------------------------------------------------------------------------------------------
-- The page

-- dotgrad.css stands beside this file or in the folder above.
local function style_sheet()
  local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
  return read(pandoc.path.join { folder, 'dotgrad.css' }) or read(pandoc.path.join { folder, '..', 'dotgrad.css' })
end

-- Before what the author puts into the header, which then has the last word.
local function add_to_header(document, css)
  local given = document.meta['header-includes']
  -- an empty table would be a truth, and that be written
  given = pandoc.utils.type(given) == 'List' and given or pandoc.List { given }
  table.insert(given, 1, pandoc.MetaBlocks { pandoc.RawBlock('html', '<style>\n' .. css .. '</style>') })
  document.meta['header-includes'] = pandoc.MetaList(given)
end

function Pandoc(document)
  local blocks, ids = {}, {}
  local function note(element)
    ids[#ids + 1] = element.identifier
    if element.t == 'RawBlock' or element.t == 'RawInline' then ids[#ids + 1] = element.text end
    if element.t == 'CodeBlock' and element.classes:includes 'dotgrad' then
      local given, names = {}, {}
      for name, value in pairs(element.attributes) do
        given[name] = value ~= '' and value or nil
        names[#names + 1] = name
      end
      blocks[#blocks + 1] = { text = element.text, program = element.text, identifier = element.identifier,
        classes = element.classes, attributes = given, names = names }
    end
  end
  document:walk { Block = note, Inline = note }
  if #blocks == 0 then return nil end
  author_ids = table.concat(ids, '\n')
  locate(blocks)

  -- --include-in-header hides the header-includes of the document; a picture can hold a style sheet, too.
  local css = one_of(html_formats) and style_sheet()
  local header_is_taken = PANDOC_WRITER_OPTIONS.variables['header-includes']
  if header_is_taken then blocks[1].css = css end

  local i = 0
  document = document:walk {
    CodeBlock = function(code)
      if not code.classes:includes 'dotgrad' then return nil end
      i = i + 1
      return picture(blocks[i])
    end,
  }
  if n_wrong > 0 then
    error(('dotgrad: %d picture%s cannot be drawn'):format(n_wrong, n_wrong > 1 and 's' or ''), 0)
  end
  warn_of_output()
  if css and not header_is_taken then add_to_header(document, css) end
  return document
end
