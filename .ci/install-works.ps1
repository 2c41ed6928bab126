# install-works.ps1 PROGRAM: packs this program as a release, serves it on loopback behind redirects, and checks that
# install.ps1 installs, replaces, refuses and uninstalls it, in the PowerShell that runs this. For ci.yml's Windows machines:
# it changes the user's PATH.
param([Parameter(Mandatory)] [string] $Program)
$ErrorActionPreference = 'Stop'
$repository = Split-Path -Parent $PSScriptRoot
$name = 'docker-credential-atcr'
$version = (& $Program --version) -replace '^\S+ v(\S+).*', '$1'
$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
$release = Join-Path $work "releases\download\v$version"
$latest = Join-Path $work 'releases\latest\download'
$tools = Join-Path $work 'tools'
$null = New-Item -ItemType Directory -Path $release, $latest, $tools
$env:ATCR_INSTALL_DIR = Join-Path $work 'installed here'
$env:GITHUB_PATH = Join-Path $work 'github-path'
$installed = Join-Path $env:ATCR_INSTALL_DIR "$name.exe"

function Publish-Archive([string[]] $content) {
    foreach ($architecture in 'x86_64', 'arm64') {
        $archive = Join-Path $release "${name}_${version}_Windows_$architecture.zip"
        if (Test-Path $archive) { Remove-Item $archive }
        Compress-Archive -Path $content -DestinationPath $archive
        $hash = (Get-FileHash $archive).Hash.ToLowerInvariant()
        "$hash  ${name}_${version}_Windows_$architecture.zip"
    }
}

function Set-Checksums([string[]] $lines) {
    foreach ($folder in $release, $latest) { [IO.File]::WriteAllText((Join-Path $folder 'checksums.txt'), ($lines -join "`n") + "`n") }
}

# Every download leads there, as GitHub's lead elsewhere.
function Set-Redirects([string] $site) {
    $archives = 'x86_64', 'arm64' | ForEach-Object { "download/v$version/${name}_${version}_Windows_$_.zip" }
    foreach ($path in @('latest/download/checksums.txt', "download/v$version/checksums.txt") + $archives) {
        [IO.File]::WriteAllText("$work\releases\$path.redirect", "$site/$path")
    }
}

# A minisign that finds this trusted comment, and ends so.
function Set-Minisign([string] $comment, [int] $code) {
    [IO.File]::WriteAllText("$tools\minisign.cmd", "@echo $comment`r`n@exit /b $code`r`n")
}

function Test-Refused([string] $words, [string] $installer = "$repository\install.ps1") {
    try { & $installer } catch { if ("$_".Contains($words)) { return } else { throw } }
    throw "was not refused: $words"
}

function Test-That([bool] $holds, [string] $what) { if (-not $holds) { throw "not so: $what" } }

function Get-OnPath { @([Environment]::GetEnvironmentVariable('Path', $scope) -split ';' | Where-Object { $_ -eq $env:ATCR_INSTALL_DIR }).Count }

$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
$scope = if ($principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { 'Machine' } else { 'User' }
Copy-Item $Program (Join-Path $work "$name.exe")
$log = Join-Path $work 'server.txt'
$server = Start-Process python -ArgumentList '-u', "`"$PSScriptRoot\rehearsal\serve.py`"", '.' -WorkingDirectory $work -RedirectStandardOutput $log -PassThru -WindowStyle Hidden
try {
    while (-not ((Get-Content $log -Raw) -match '(\d+)\s')) { if ($server.HasExited) { throw 'no server' } }
    $site = "http://127.0.0.1:$($Matches[1])"
    $env:ATCR_DOWNLOAD_URL = "$site/releases"
    $lines = Publish-Archive (Join-Path $work "$name.exe"), "$repository\README.md"

    Set-Checksums ($lines -replace '^.', 'x')
    Test-Refused "the release has no $name"
    Set-Checksums ($lines -replace '^[0-9a-f]{8}', '00000000')
    Test-Refused 'checksum mismatch'
    Test-That (-not (Test-Path $env:ATCR_INSTALL_DIR)) 'nothing is installed by a refused download'

    Set-Checksums $lines
    $null = New-Item -ItemType Directory -Path $installed
    Test-Refused 'is a link or directory'
    Remove-Item $installed

    Copy-Item "$work\releases" "$work\stored" -Recurse
    Set-Redirects 'http://releases.example'
    Test-Refused 'redirects to http://releases.example/latest/download/checksums.txt, which is not https'
    Set-Redirects "$site/releases"
    Test-Refused 'too many redirects'
    Set-Redirects "$site/stored"

    # With a key, as a release has it.
    $signed = Join-Path $tools 'install.ps1'
    $text = [IO.File]::ReadAllText("$repository\install.ps1").Replace("releaseKey = ''", "releaseKey = 'KEY'")
    [IO.File]::WriteAllText($signed, $text)
    $env:Path = "$tools;$env:Path"
    Test-Refused 'checksums.txt.minisig' $signed
    [IO.File]::WriteAllText("$latest\checksums.txt.minisig", 'a signature')
    Set-Minisign "$name v$version" 1
    Test-Refused 'is not valid' $signed
    Set-Minisign "$name v$version.1" 0
    Test-Refused 'is not that of' $signed
    Test-That (-not (Test-Path $installed)) 'nothing is installed by a refused signature'
    Set-Minisign "$name v$version" 0
    & $signed
    Test-That ((& $installed --version) -like "$name v$version*") 'what is signed runs'

    $env:VERSION = '9.9.9' # a pipeline's own
    & "$repository\install.ps1"
    Test-That ((& $installed --version) -like "$name v$version*") 'the latest runs'
    $env:ATCR_VERSION = "v$version"
    & "$repository\install.ps1"
    Test-That ((Get-OnPath) -eq 1) 'the folder is on PATH once'
    Test-That (@(Get-Content $env:GITHUB_PATH) -eq $env:ATCR_INSTALL_DIR) 'the next steps have it on PATH'
    Test-That (-not (& "$repository\install.ps1" -Quiet 6>&1)) 'quiet prints nothing'
    Test-That (@(Get-ChildItem $env:ATCR_INSTALL_DIR -Force).Count -eq 1) 'nothing is beside it'
    # As other programs find it; through cmd, as stderr is an error to Windows PowerShell.
    $env:DOCKER_CONFIG = Join-Path $work 'docker'
    $env:Path = "$env:ATCR_INSTALL_DIR;$env:Path"
    cmd /c "$name configure-docker --plugin --repository atcr.io/a.example/app 2>nul"
    $copies = (Join-Path $env:DOCKER_CONFIG 'cli-plugins\docker-atcr.exe'), (Join-Path $env:ATCR_INSTALL_DIR "$name-a.example.exe")
    foreach ($copy in $copies) { Test-That ((& $copy version) -like "$name v$version*") "$copy runs" }
    $env:ATCR_VERSION = '9.9.9'
    Test-Refused "can't download"
    $env:ATCR_VERSION = ''
    $env:ATCR_UNINSTALL = '1'
    Get-Content "$repository\install.ps1" -Raw | Invoke-Expression
    foreach ($gone in @($installed) + $copies) { Test-That (-not (Test-Path $gone)) "$gone is removed" }
    Test-That ((Get-OnPath) -eq 0) 'the folder is off PATH'
} finally {
    Stop-Process $server -Force
}
Write-Host "install.ps1 works in PowerShell $($PSVersionTable.PSVersion)"
