# frozen_string_literal: true

# Asciidoctor: blocks of the style `dotgrad`, and the block macro `dotgrad::file.dg[]`, become pictures of
# their computation graphs, drawn by the command dotgrad. See README.md.

require 'asciidoctor'
require 'cgi'
require 'digest'
require 'fileutils'
require 'open3'

module Dotgrad
  class CannotDraw < StandardError; end

  # An argument list and standard input: no shell reads them.
  def self.draw(format, options, program)
    command = ENV['DOTGRAD'].to_s.empty? ? 'dotgrad' : ENV['DOTGRAD']
    picture, errors, status = Open3.capture3([command, command], '-q', "-T#{format}", *options,
                                             stdin_data: program, binmode: true)
    raise CannotDraw, errors.force_encoding('UTF-8').scrub.strip unless status.success?

    picture
  rescue SystemCallError, ArgumentError => e
    raise CannotDraw, "dotgrad: error: #{command} cannot be run: #{e.message}"
  end

  # The title and the description of an SVG.
  def self.words(svg)
    svg = svg.dup.force_encoding('UTF-8')
    %w[title desc].map { |tag| CGI.unescapeHTML(svg[%r{<#{tag}[^>]*>(.*?)</#{tag}>}m, 1].to_s) }
  end

  # What the block and the macro share: `parent` receives a picture of the program.
  module Picture
    include Asciidoctor::Logging

    def picture(parent, attributes, program, cursor, kind = [])
      document = parent.document
      options = kind + ["--id-prefix=#{prefix(document, program, attributes)}"]
      options << "--title=#{attributes['alt']}" if attributes['alt']
      options << "--root=#{attributes['root']}" if attributes['root']
      place = ["--input-name=#{cursor.path}", "--line-offset=#{cursor.lineno - 1}"]
      svg = Dotgrad.draw('svg_inline', options + place, program).force_encoding('UTF-8')
      return html(parent, attributes, svg) if document.basebackend? 'html'
      return image(parent, attributes, options, program, svg) unless document.backend == 'manpage'

      create_paragraph(parent, "[#{Dotgrad.words(svg).join(': ')}]", {}, subs: [:specialcharacters])
    rescue CannotDraw => e
      report(e.message, cursor)
      create_block(parent, :listing, program.split("\n", -1), {}, subs: [:specialcharacters])
    end

    private

    # One message for each error, at its line.
    def report(text, cursor)
      text.split(/^(?=\S)/).each do |error|
        place, line, message = error.match(/\A(.*?):(\d+):(?:\d+:)? error: (.*)/m)&.captures
        at = Asciidoctor::Reader::Cursor.new(cursor.file, cursor.dir, cursor.path, line.to_i) if place == cursor.path
        logger.error(message_with_context("dotgrad: #{at ? message : error.delete_prefix('dotgrad: ')}".strip, source_location: at || cursor))
      end
    end

    # Ids of its own for each picture on the page, which stay when others come and go.
    def prefix(document, program, attributes)
      key = Digest::SHA256.hexdigest([program, attributes['root'], attributes['alt']].inspect)[0, 12]
      n = document.counter("dotgrad-#{key}")
      n == 1 ? "dg-#{key}" : "dg-#{key}-#{n}"
    end

    # What asciidoctor writes around an image, with the SVG instead of it.
    def html(parent, attributes, svg)
      block = create_pass_block(parent, '', attributes.slice('id', 'role'), subs: nil)
      caption = ''
      if attributes['title']
        block.title = attributes['title']
        block.assign_caption(attributes['caption'], 'figure')
        caption = "\n<div class=\"title\">#{block.captioned_title}</div>"
      end
      id = attributes['id'] ? " id=\"#{CGI.escapeHTML(attributes['id'])}\"" : ''
      role = attributes['role'] ? " #{CGI.escapeHTML(attributes['role'])}" : ''
      align = attributes['align'] ? " align-#{CGI.escapeHTML(attributes['align'])}" : ''
      block.lines << "<div#{id} class=\"imageblock#{role}\">\n<div class=\"content\">\n" \
                     "<div class=\"dotgrad-picture#{align}\" style=\"overflow-x:auto\">#{svg}</div>\n</div>#{caption}\n</div>"
      block
    end

    def image(parent, attributes, options, program, svg)
      format = parent.document.attr('dotgrad-format', 'svg')
      bytes = Dotgrad.draw(format, options, program)
      name = "dg-#{Digest::SHA256.hexdigest(bytes)[0, 16]}.#{format}"
      write(File.join(folder(parent.document), name), bytes)
      alt = attributes['alt'] || Dotgrad.words(svg).join(': ')
      create_image_block(parent, attributes.slice('id', 'role', 'title', 'align', 'width').merge('target' => name, 'alt' => alt))
    end

    def folder(document)
      document.attr('imagesoutdir') ||
        File.join(document.attr('outdir') || document.options[:to_dir] || document.base_dir, document.attr('imagesdir', ''))
    end

    # The whole file or none.
    def write(path, bytes)
      FileUtils.mkdir_p(File.dirname(path))
      temporary = "#{path}.#{Process.pid}"
      File.binwrite(temporary, bytes)
      File.rename(temporary, path)
    ensure
      FileUtils.rm_f(temporary) if temporary
    end
  end

  class Block < Asciidoctor::Extensions::BlockProcessor
    include Picture
    use_dsl
    named :dotgrad
    on_contexts :listing, :literal, :open, :paragraph
    parse_content_as :raw

    def process(parent, reader, attributes)
      lines = reader.read_lines
      picture(parent, attributes, "#{lines.join("\n")}\n", place(parent.document, lines))
    end

    # The reader of a block does not know where it is, so the block is looked for in the document's file, after
    # the one before it.
    def place(document, lines)
      file = document.attr('docfile')
      source = file && File.file?(file) ? File.readlines(file, encoding: 'UTF-8').map { |line| line.scrub.rstrip } : []
      from = document.attr('dotgrad-read-to').to_i
      start = (from..source.length - lines.length).find { |i| source[i, lines.length] == lines }
      document.set_attr('dotgrad-read-to', start + lines.length) if start
      name = file ? File.basename(file) : '<stdin>'
      Asciidoctor::Reader::Cursor.new(file, document.attr('docdir'), name, start ? start + 1 : 1)
    end
  end

  class Macro < Asciidoctor::Extensions::BlockMacroProcessor
    include Picture
    use_dsl
    named :dotgrad

    # What asciidoctor may read is the document's own matter: outside of it only in unsafe mode.
    def process(parent, target, attributes)
      document = parent.document
      here = document.reader.cursor_at_prev_line
      raise CannotDraw, 'files are not read in secure mode' if document.safe >= Asciidoctor::SafeMode::SECURE

      path = parent.normalize_system_path(target, nil, nil, target_name: 'program')
      program = File.binread(path)
      cursor = Asciidoctor::Reader::Cursor.new(path, File.dirname(path), target, 1)
      picture(parent, attributes, program, cursor, target.end_with?('.json') ? ['--from=json'] : [])
    rescue CannotDraw, SystemCallError, ArgumentError, SecurityError => e
      logger.error(message_with_context("dotgrad: #{e.message}", source_location: here))
      create_paragraph(parent, target, {}, subs: [:specialcharacters])
    end
  end

  # dotgrad.css stands beside this file or in the folder above.
  class Style < Asciidoctor::Extensions::DocinfoProcessor
    use_dsl
    at_location :head

    def process(document)
      return unless document.basebackend?('html') && document.counters.keys.any? { |key| key.start_with? 'dotgrad-' }

      file = [__dir__, File.dirname(__dir__)].map { |folder| File.join(folder, 'dotgrad.css') }.find { |path| File.file? path }
      "<style>\n#{File.read(file, encoding: 'UTF-8')}</style>" if file
    end
  end
end

Asciidoctor::Extensions.register do
  block Dotgrad::Block
  block_macro Dotgrad::Macro
  docinfo_processor Dotgrad::Style
end
