# install-works.ps1 PROGRAM: packs this program as a release, serves it on loopback, and checks that install.ps1 installs,
# replaces, refuses and uninstalls it, in the PowerShell that runs this. For ci.yml's Windows machines: it changes the
# user's PATH.
param([Parameter(Mandatory)] [string] $Program)
$ErrorActionPreference = 'Stop'
$repository = Split-Path -Parent $PSScriptRoot
$name = 'docker-credential-atcr'
$version = (& $Program --version) -replace '^\S+ v(\S+).*', '$1'
$work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
$release = Join-Path $work "releases\download\v$version"
$latest = Join-Path $work 'releases\latest\download'
$null = New-Item -ItemType Directory -Path $release, $latest
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

function Test-Refused([string] $words) {
    try { & "$repository\install.ps1" } catch { if ("$_".Contains($words)) { return } else { throw } }
    throw "was not refused: $words"
}

function Test-That([bool] $holds, [string] $what) { if (-not $holds) { throw "not so: $what" } }

function Get-OnPath { @([Environment]::GetEnvironmentVariable('Path', $scope) -split ';' | Where-Object { $_ -eq $env:ATCR_INSTALL_DIR }).Count }

$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
$scope = if ($principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { 'Machine' } else { 'User' }
Copy-Item $Program (Join-Path $work "$name.exe")
$log = Join-Path $work 'server.txt'
$server = Start-Process python -ArgumentList '-u', '-m', 'http.server', '0', '--bind', '127.0.0.1' -WorkingDirectory $work -RedirectStandardOutput $log -PassThru -WindowStyle Hidden
try {
    while (-not ((Get-Content $log -Raw) -match 'port (\d+)')) { if ($server.HasExited) { throw 'no server' } }
    $env:ATCR_DOWNLOAD_URL = "http://127.0.0.1:$($Matches[1])/releases"
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
