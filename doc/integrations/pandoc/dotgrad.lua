-- Pandoc: fenced blocks of the class dotgrad become pictures of their computation graphs, drawn by the
-- command dotgrad: inline SVG in HTML, PDF in LaTeX, an image or words elsewhere. See README.md.

local command = os.getenv 'DOTGRAD' or 'dotgrad'

local html_formats = 'html html4 html5 chunkedhtml revealjs slidy slideous dzslides s5'
local latex_formats = 'latex beamer context'
local image_formats = { docx = 'png', pptx = 'png', odt = 'png', rtf = 'png', icml = 'png' }
local word_formats = 'plain man ms haddock'

local mime = { svg = 'image/svg+xml', png = 'image/png', pdf = 'application/pdf' }

local function one_of(list)
  for name in list:gmatch '%S+' do
    if name == FORMAT then return true end
  end
  return false
end

-- What the reader of this filter sees in the end: how many pictures there are, and which are wrong.
local n_pictures = 0
local wrong = {}

-- Pandoc keeps no line numbers, so the block is looked for in the input, after the one before it.
local input_lines
local searched_to = 1

local function read_input()
  input_lines = {}
  for _, name in ipairs(PANDOC_STATE.input_files) do
    local file = name ~= '-' and io.open(name, 'rb')
    if file then
      local number = 0
      for line in (file:read 'a' .. '\n'):gmatch '(.-)\r?\n' do
        number = number + 1
        input_lines[#input_lines + 1] = { text = line:match '^[%s>]*(.-)%s*$', name = name, number = number }
      end
      file:close()
    end
  end
end

local function place_of(text)
  if not input_lines then read_input() end
  local block = {}
  for line in (text .. '\n'):gmatch '(.-)\n' do
    block[#block + 1] = line:match '^[%s>]*(.-)%s*$'
  end
  for start = searched_to, #input_lines - #block + 1 do
    local i = 1
    while i <= #block and input_lines[start + i - 1].text == block[i] do i = i + 1 end
    if i > #block then
      searched_to = start + #block
      return input_lines[start].name, input_lines[start].number - 1
    end
  end
  local name = PANDOC_STATE.input_files[1] or 'input'
  return ('%s, picture %d'):format(name, n_pictures), 0
end

-- An id that the SVG's own ids begin with: letters, digits, - _ and . are allowed there.
local prefixes = {}
local function prefix_for(identifier)
  local id = identifier:gsub('[^%w_.-]', '-'):sub(1, 48)
  local prefix = id == '' and 'dotgrad-' .. n_pictures or 'dg-' .. id
  while prefixes[prefix] do prefix = prefix .. '-' .. n_pictures end
  prefixes[prefix] = true
  return prefix
end

local function unescape(text)
  local plain = { lt = '<', gt = '>', amp = '&', quot = '"' }
  return (text:gsub('&(%w+);', plain))
end

local function escape(text)
  local entities = { ['<'] = '&lt;', ['>'] = '&gt;', ['&'] = '&amp;', ['"'] = '&quot;' }
  return (text:gsub('[<>&"]', entities))
end

local function draw(block, format)
  local arguments = { '-q', '-T' .. format, '--id-prefix=' .. block.prefix }
  local attributes = block.attributes
  if attributes.alt then arguments[#arguments + 1] = '--title=' .. attributes.alt end
  if attributes.root then arguments[#arguments + 1] = '--root=' .. attributes.root end
  if attributes.file then
    arguments[#arguments + 1] = '--'
    arguments[#arguments + 1] = attributes.file
  else
    arguments[#arguments + 1] = '--input-name=' .. block.name
    arguments[#arguments + 1] = ('--line-offset=%d'):format(block.lines_before)
  end
  -- What is wrong with the program goes to standard error.
  local done, answer = pcall(pandoc.pipe, command, arguments, block.text .. '\n')
  if done then return answer end
  if type(answer) ~= 'table' or answer.error_code == 127 then
    error(('dotgrad: %s cannot be run: %s'):format(command, tostring(answer)), 0)
  end
  wrong[#wrong + 1] = block.name
  return nil
end

local function attribute_text(block, classes)
  local text = block.identifier ~= '' and (' id="%s"'):format(escape(block.identifier)) or ''
  for _, class in ipairs(block.classes) do
    if class ~= 'dotgrad' then classes = classes .. ' ' .. class end
  end
  return ('%s class="%s"'):format(text, escape(classes))
end

local function inline_svg(block)
  local svg = draw(block, 'svg_inline')
  if not svg then return block.original end
  local caption = block.attributes.caption
  local raw = {
    ('<figure%s>\n<div class="dotgrad-picture" style="overflow-x:auto">'):format(attribute_text(block, 'dotgrad-figure')),
    svg, '</div>\n',
    caption and ('<figcaption>%s</figcaption>\n'):format(escape(caption)) or '',
    '</figure>',
  }
  return pandoc.RawBlock('html', table.concat(raw))
end

local function words(svg)
  local title = svg:match '<title[^>]*>(.-)</title>' or ''
  local said = svg:match '<desc[^>]*>(.-)</desc>' or ''
  return unescape(title), unescape(said)
end

local function image(block, format)
  local bytes = draw(block, format)
  local svg = bytes and (format == 'svg' and bytes or draw(block, 'svg'))
  if not bytes or not svg then return block.original end
  local title, said = words(svg)
  local path = ('%s.%s'):format(pandoc.sha1(bytes), format)
  pandoc.mediabag.insert(path, mime[format], bytes)

  -- As large as it is, unless the text is narrower or the author says otherwise.
  local size = {}
  local width = tonumber(svg:match '<svg[^>]-width="([%d.]+)pt"')
  if block.attributes.width then
    size.width = block.attributes.width
  elseif width then
    size.width = width < 432 and ('%.2fin'):format(width / 72) or '100%'
  end
  local caption = block.attributes.caption
  local alt = block.attributes.alt or title .. ': ' .. said
  local attr = pandoc.Attr('', block.classes, size)
  local text = pandoc.Inlines and pandoc.Inlines(caption or alt) or { pandoc.Str(caption or alt) }
  local figure
  if pandoc.Figure and caption then
    figure = pandoc.Figure(pandoc.Plain { pandoc.Image(alt, path, '', attr) }, { pandoc.Plain(text) })
  else
    figure = pandoc.Para { pandoc.Image(text, path, caption and 'fig:' or '', attr) }
  end
  -- LaTeX links to a Div, but not to an image.
  return block.identifier == '' and figure or pandoc.Div({ figure }, pandoc.Attr(block.identifier))
end

local function paragraph(block)
  local svg = draw(block, 'svg_inline')
  if not svg then return block.original end
  local title, said = words(svg)
  local blocks = { pandoc.Para { pandoc.Str(('[%s: %s]'):format(title, said)) } }
  if block.attributes.caption then
    blocks[2] = pandoc.Para { pandoc.Str(block.attributes.caption) }
  end
  return blocks
end

function CodeBlock(original)
  if not original.classes:includes 'dotgrad' then return nil end
  n_pictures = n_pictures + 1
  local block = {
    original = original,
    text = original.text,
    identifier = original.identifier,
    classes = original.classes,
    attributes = original.attributes,
    prefix = prefix_for(original.identifier),
  }
  block.name, block.lines_before = place_of(original.text)
  if one_of(html_formats) then return inline_svg(block) end
  if one_of(word_formats) then return paragraph(block) end
  if one_of(latex_formats) then return image(block, 'pdf') end
  return image(block, image_formats[FORMAT] or 'svg')
end

-- dotgrad.css stands beside this file or in the folder above.
local function style()
  local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
  for _, part in ipairs { '', '..' } do
    local file = io.open(pandoc.path.join { folder, part, 'dotgrad.css' }, 'rb')
    if file then
      local text = file:read 'a'
      file:close()
      return pandoc.RawBlock('html', '<style>\n' .. text .. '</style>')
    end
  end
end

-- Every picture that is wrong has been told of by now.
function Pandoc(document)
  if #wrong == 1 then error('dotgrad: a picture in ' .. wrong[1] .. ' cannot be drawn', 0) end
  if #wrong > 1 then error(('dotgrad: %d pictures cannot be drawn'):format(#wrong), 0) end

  local css = n_pictures > 0 and one_of(html_formats) and style()
  if not css then return nil end
  local includes = document.meta['header-includes']
  if includes == nil then
    includes = {}
  elseif pandoc.utils.type(includes) ~= 'List' then
    includes = { includes }
  end
  includes[#includes + 1] = pandoc.MetaBlocks { css }
  document.meta['header-includes'] = pandoc.MetaList(includes)
  return document
end
