# frozen_string_literal: true

# Asciidoctor: blocks of the style `dotgrad`, and the block macro `dotgrad::file.dg[]`, become pictures of
# their computation graphs, drawn by the command dotgrad. See README.md.

require 'asciidoctor'
require 'cgi'
require 'digest'
require 'fileutils'
require 'open3'

module Dotgrad
  # Attributes of a block that are options of the command, which checks their values; a flag takes none.
  OPTIONS = %w[root labels layout theme direction numbers font-size scale style show color edges fold open around between highlight why threshold fail-on frames frame fit description].freeze
  FLAGS = %w[legend findings gradcheck whole-leaves].freeze
  # How wide the column of a page is in pixels, for direction=auto.
  COLUMN = 970
  # What else it may have: what pictures know, and what Asciidoctor itself puts there or knows of any block.
  OTHERS = %w[alt align width].freeze
  HOSTS = %w[id role title caption reftext style subs options opts cloaked-context attribute_entries].freeze

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

  # Extends the reader of a document's lines: it remembers where each has come from, the document or a file that
  # is included, since Asciidoctor itself counts on where a delimited block holds an include. (Lines are known by
  # identity: they stay the same objects on their way into a block.)
  module Places
    attr_reader :last

    def shift
      at = cursor
      @last = super
      places[@last] ||= at if @last # the first time: the reader puts lines back
      @last
    end

    def places
      @places ||= {}.compare_by_identity
    end

    # The reader of the whole document.
    def self.of(document)
      document = document.parent_document while document.nested?
      document.reader
    end
  end

  class Remember < Asciidoctor::Extensions::Preprocessor
    def process(document, reader)
      document.sourcemap = true
      document.catalog[:dotgrad] = Hash.new(0) # how often each prefix is there
      reader.extend Places
    end
  end

  # An image that is drawn when it is converted: by then Asciidoctor has told where it stands, and which ids the
  # author has taken.
  class Picture < Asciidoctor::Block
    attr_writer :given # all attributes

    def self.of(parent, attributes, own)
      picture = new(parent, :image, attributes: attributes.slice('id', 'role', *OTHERS).merge(own))
      picture.given = attributes.dup
      parent.document.catalog[:dotgrad][:pictures] += 1
      return picture unless attributes['title']

      picture.title = attributes['title']
      picture.assign_caption(attributes['caption'], 'figure')
      picture
    end

    def convert
      return @converted if @converted

      warn_of_unknown
      @converted = draw || super
    rescue CannotDraw => e
      report(e.message)
      @converted = other(:listing, shown)
    end

    private

    def other(context, source)
      Asciidoctor::Block.new(parent, context, source: source, subs: [:specialcharacters]).convert
    end

    # What stands for the image, or nothing, when it is as any image.
    def draw
      read
      options = [*@kind, "--id-prefix=#{prefix}", "--input-name=#{@first.path}", "--line-offset=#{@first.lineno - 1}"]
      options += look
      svg = Dotgrad.draw('svg_inline', options, @program).force_encoding('UTF-8')
      words = Dotgrad.words(svg).join(': ')
      return html(svg) if document.basebackend? 'html'
      return other(:paragraph, "[#{words}]") if document.backend == 'manpage'

      set_attr('target', write(options))
      set_attr('alt', words) unless given?('alt')
      nil
    end

    def given?(name)
      !attr(name).to_s.empty?
    end

    # The options of the command that the block asks for.
    def look
      look = given?('alt') ? ["--title=#{attr('alt')}"] : []
      look << "--fit=#{COLUMN}" if @given['direction'] == 'auto' && document.basebackend?('html')
      OPTIONS.each { |name| look << "--#{name}=#{@given[name]}" unless @given[name].to_s.empty? }
      FLAGS.each { |name| look << "--#{name}" if @given["#{name}-option"] || @given.fetch(name, 'false') != 'false' }
      look
    end

    # Of an attribute that nobody knows an author thinks that it does something. The first word of a block is its style.
    def warn_of_unknown
      known = OTHERS + OPTIONS + FLAGS
      unknown = @given.keys.map { |key| key.is_a?(Integer) ? @given[key] : key.to_s }
      unknown -= [*known, *HOSTS, *FLAGS.map { |name| "#{name}-option" }]
      (unknown - [@given[1]]).each do |name|
        message = "dotgrad: '#{name}' is no attribute of a picture; there are #{known.join(', ')}"
        logger.warn(message_with_context(message, source_location: here || source_location))
      end
    end

    # One message for each error, at its line, with the line of the program and what points into it.
    def report(text)
      text.split(/^(?=\S)(?!\d+ \|)/).each do |error|
        place, line, message = error.match(/\A(.*?):(\d+):(?:\d+:)? error: (.*)/m)&.captures
        at = place && place == @first&.path ? place_of(line.to_i) : nil
        message = error.delete_prefix('dotgrad: ') unless at
        logger.error(message_with_context("dotgrad: #{message}".strip, source_location: at || here))
      end
    end

    # Ids of its own for each picture on the page, which stay when others come and go.
    def prefix
      key = Digest::SHA256.hexdigest([@program, look].inspect)[0, 12]
      taken = document.catalog[:refs].keys
      loop do
        n = document.catalog[:dotgrad][key] += 1
        prefix = n == 1 ? "dg-#{key}" : "dg-#{key}-#{n}"
        return prefix if taken.none? { |id| id.start_with? prefix }
      end
    end

    # What asciidoctor writes around an image, with the SVG instead of it.
    def html(svg)
      caption = title? ? "\n<div class=\"title\">#{captioned_title}</div>" : ''
      id_ = id ? " id=\"#{CGI.escapeHTML(id)}\"" : ''
      role_ = role ? " #{CGI.escapeHTML(role)}" : ''
      align = given?('align') ? " align-#{CGI.escapeHTML(attr('align'))}" : ''
      width = attr('width').to_s.match(/\A[\d.]+(?<unit>[a-z]+|%)?\z/)
      sized = width ? ' dg-sized' : ''
      style = width ? ";width:#{width}#{'px' unless width[:unit]}" : ''
      "<div#{id_} class=\"imageblock#{role_}\">\n<div class=\"content\">\n" \
        "<div class=\"dotgrad-picture#{align}#{sized}\" style=\"overflow-x:auto#{style}\">#{svg}</div>\n</div>#{caption}\n</div>"
    end

    # Writes the picture and returns its name: the whole file or none.
    def write(options)
      format = document.attr('dotgrad-format', 'svg')
      bytes = Dotgrad.draw(format, options, @program)
      name = "dg-#{Digest::SHA256.hexdigest(bytes)[0, 16]}.#{format}"
      FileUtils.mkdir_p(folder)
      temporary = File.join(folder, ".#{name}.#{Process.pid}")
      File.binwrite(temporary, bytes)
      File.rename(temporary, File.join(folder, name))
      name
    rescue SystemCallError => e
      raise CannotDraw, "dotgrad: error: #{e.message}"
    ensure
      FileUtils.rm_f(temporary) if temporary
    end

    # Within the folder of the output, where asciidoctor does not trust the document.
    def folder
      out = File.expand_path(document.attr('outdir') || document.options[:to_dir] || document.base_dir)
      images = document.attr('imagesoutdir') || document.attr('imagesdir', '')
      return document.path_resolver.system_path(images, out, out) if document.safe >= Asciidoctor::SafeMode::SAFE

      document.attr?('imagesoutdir') ? images : File.join(out, images)
    end
  end

  class BlockPicture < Picture
    attr_accessor :text
    alias shown text

    private

    def read
      @program = "#{@text.join("\n")}\n"
      @known = Places.of(document).places
      i = @text.index { |line| @known[line] }
      @first = i ? at(@known[@text[i]], -i) : at(here, attr('context') == :paragraph ? 0 : 1)
    end

    def place_of(line)
      @known[@text[line - @first.lineno]] || at(@first, line - @first.lineno)
    end

    def at(cursor, further)
      Asciidoctor::Reader::Cursor.new(cursor.file, cursor.dir, cursor.path, cursor.lineno + further)
    end

    # Where Asciidoctor says that the block begins: with its delimiter, or with its text.
    def here
      source_location
    end
  end

  class FilePicture < Picture
    def look_for(reader)
      macros = reader.places.select { |line, _| line.start_with?("dotgrad::#{attr('program')}[") }
      @here = macros[reader.last] || (macros.values[0] if macros.length == 1)
    end

    private

    # What asciidoctor may read is the document's own matter: outside of it only in unsafe mode.
    def read
      raise CannotDraw, 'files are not read in secure mode' if document.safe >= Asciidoctor::SafeMode::SECURE

      target = attr('program')
      path = normalize_system_path(target, nil, nil, target_name: 'program', recover: false)
      if document.safe >= Asciidoctor::SafeMode::SAFE && !File.realpath(path).start_with?(File.join(File.realpath(document.base_dir), ''))
        raise CannotDraw, "program #{target} is a link to a file outside of the document's folder"
      end

      @program = File.binread(path)
      @kind = ['--input-format=json'] if target.end_with?('.json')
      @first = Asciidoctor::Reader::Cursor.new(path, File.dirname(path), target, 1)
    rescue SystemCallError, ArgumentError, SecurityError => e
      raise CannotDraw, e.message
    end

    def place_of(line)
      Asciidoctor::Reader::Cursor.new(@first.file, @first.dir, @first.path, line)
    end

    # The line that was read last, if it is this one; or the only such line; else where Asciidoctor says.
    def here
      @here || source_location
    end

    def shown
      @program ? @program.dup.force_encoding('UTF-8').scrub.split("\n", -1) : [attr('program')]
    end
  end

  class Block < Asciidoctor::Extensions::BlockProcessor
    use_dsl
    named :dotgrad
    on_contexts :listing, :literal, :open, :paragraph
    parse_content_as :raw

    def process(parent, reader, attributes)
      picture = BlockPicture.of(parent, attributes, 'context' => attributes['cloaked-context'])
      picture.text = reader.read_lines
      picture
    end
  end

  class Macro < Asciidoctor::Extensions::BlockMacroProcessor
    use_dsl
    named :dotgrad

    def process(parent, target, attributes)
      picture = FilePicture.of(parent, attributes, 'program' => target)
      picture.look_for(Places.of(parent.document))
      picture
    end
  end

  # dotgrad.css stands beside this file or in the folder above.
  class Style < Asciidoctor::Extensions::DocinfoProcessor
    use_dsl
    at_location :head

    def process(document)
      return unless document.basebackend?('html') && document.catalog[:dotgrad][:pictures].positive?

      file = [__dir__, File.dirname(__dir__)].map { |folder| File.join(folder, 'dotgrad.css') }.find { |path| File.file? path }
      return unless file

      css = File.read(file, encoding: 'UTF-8')
      # To XML a < is a tag, in a style sheet too.
      css = "/*<![CDATA[*/\n#{css}/*]]>*/\n" if document.attr('htmlsyntax') == 'xml'
      "<style>\n#{css}</style>"
    end
  end
end

Asciidoctor::Extensions.register do
  preprocessor Dotgrad::Remember
  block Dotgrad::Block
  block_macro Dotgrad::Macro
  docinfo_processor Dotgrad::Style
end
