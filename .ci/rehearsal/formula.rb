# formula.rb FORMULA RELEASE PREFIX: does what Homebrew does with the formula, as far as it uses Homebrew: finds the archive of
# each platform in the folder RELEASE by its URL and SHA-256, installs that of this machine into PREFIX, and runs its test.
require "digest"
require "fileutils"
require "pathname"
require "tmpdir"

# `man1.install FILES`, and `FILE => NAME`.
class Pathname
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source) }
      pairs.each { |file, name| FileUtils.cp(file, self + name, preserve: true) }
    end
  end
end

class Formula
  class << self
    attr_reader :archives, :tests

    def desc(_) = nil
    def homepage(_) = nil
    def license(_) = nil
    def version(version = nil) = version ? @version = version : @version
    def on_macos = within("Darwin") { yield }
    def on_linux = within("Linux") { yield }
    def on_arm = within("arm64") { yield }
    def on_intel = within("x86_64") { yield }
    def url(url) = archive[:url] = url
    def sha256(sha256) = archive[:sha256] = sha256
    def test(&block) = @tests = block

    def within(word)
      (@platform ||= []).push(word)
      yield
      @platform.pop
    end

    def archive = ((@archives ||= {})[@platform.join("_")] ||= {})
  end

  def initialize(prefix) = @prefix = Pathname.new(prefix)
  def version = self.class.version
  def bin = @prefix + "bin"
  def man1 = @prefix + "share/man/man1"
  def bash_completion = @prefix + "etc/bash_completion.d"
  def zsh_completion = @prefix + "share/zsh/site-functions"
  def fish_completion = @prefix + "share/fish/vendor_completions.d"
  def assert_match(part, whole) = whole.include?(part) || abort("#{whole.inspect} lacks #{part.inspect}")
  def assert_equal(one, other) = one == other || abort("#{other.inspect} is not #{one.inspect}")

  def shell_output(command)
    output = `#{command}`
    $?.success? || abort("#{command} failed")
    output
  end
end

file, release, prefix = ARGV.map { |path| File.expand_path(path) }
load file
archives = DockerCredentialAtcr.archives
%w[Darwin_arm64 Darwin_x86_64 Linux_arm64 Linux_x86_64].each do |platform|
  archive = archives.fetch(platform)
  path = File.join(release, File.basename(archive[:url]))
  archive[:url].end_with?("/v#{DockerCredentialAtcr.version}/#{File.basename(path)}") || abort("the URL for #{platform} is #{archive[:url]}")
  path.include?(platform) && Digest::SHA256.file(path).hexdigest == archive[:sha256] || abort("the formula has another file for #{platform}")
end

own = archives.fetch("Linux_x86_64")
formula = DockerCredentialAtcr.new(prefix)
Dir.mktmpdir do |folder|
  system("tar", "-xzf", File.join(release, File.basename(own[:url])), "-C", folder) || abort
  Dir.chdir(folder) { formula.install }
  ENV.replace("HOME" => folder, "PATH" => ENV["PATH"])
  formula.instance_eval(&DockerCredentialAtcr.tests)
end
