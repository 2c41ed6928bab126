<#
.SYNOPSIS
Installs docker-credential-atcr, Docker's credential helper for ATCR, on Windows.

.DESCRIPTION
    irm https://atcr.io/install.ps1 | iex

For the current user, in %LOCALAPPDATA%\Programs\ATCR; as administrator for all users, in %ProgramFiles%\ATCR.

In a pipe, set options with variables:

    $env:ATCR_VERSION       the version, as 1.2.3 or v1.2.3 [default: the latest]
    $env:ATCR_INSTALL_DIR   the directory to install into [default: INSTALL_DIR, else as above]
    $env:ATCR_DOWNLOAD_URL  the URL of the releases [default: https://github.com/atcr-io/docker-credential-atcr/releases];
                            https, or http on this machine
    $env:ATCR_UNINSTALL     set to 1 to uninstall
    $env:ATCR_QUIET         set to 1 to print nothing but errors

.PARAMETER Uninstall
Removes the program, its directory from PATH, and what names it in Docker's and podman's files.

.PARAMETER Quiet
Prints nothing but errors.
#>
param([switch] $Uninstall, [switch] $Quiet)

# One function that the last lines call: a script that was cut off during the download does nothing.
function Install-DockerCredentialAtcr {
    param([bool] $Uninstall, [bool] $Quiet)

    Set-StrictMode -Version 2
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue' # in Windows PowerShell the progress bar takes longer than the download
    $name = 'docker-credential-atcr'
    $page = 'https://github.com/atcr-io/docker-credential-atcr'
    # A release puts its public key here, the second line of .github/release-key.pub. Without one, checksums alone decide.
    $releaseKey = ''

    function Write-Line([string] $line) { if (-not $Quiet) { Write-Host $line } }

    function Stop-Because([string] $message, [string] $hint) {
        if ($hint) { $message = "$message`n  $hint" }
        throw $message
    }

    function Get-Setting([string] $variable, [string] $default) {
        $value = [Environment]::GetEnvironmentVariable($variable)
        if ([string]::IsNullOrEmpty($value)) { $default } else { $value }
    }

    function Test-Administrator {
        $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
        $principal = New-Object Security.Principal.WindowsPrincipal $identity
        $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    }

    # Of the machine, not of this process: an x64 PowerShell also runs on arm64, and a 32-bit one on both.
    function Get-Platform {
        $architecture = (Get-ItemProperty 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment').PROCESSOR_ARCHITECTURE
        switch ($architecture) {
            'AMD64' { 'Windows_x86_64' }
            'ARM64' { 'Windows_arm64' }
            default { Stop-Because "there is no release for Windows on $architecture" "build from source: cargo install --locked --git $page" }
        }
    }

    function Test-Loopback([Uri] $url) {
        $url.Scheme -eq 'http' -and $url.Host -in 'localhost', '127.0.0.1', '[::1]' -and -not $url.UserInfo
    }

    # https, or http on loopback.
    function Get-Base {
        $base = (Get-Setting 'ATCR_DOWNLOAD_URL' "$page/releases").TrimEnd('/')
        $url = $null
        if (-not [Uri]::TryCreate($base, [UriKind]::Absolute, [ref] $url) -or $url.Scheme -notin 'http', 'https') {
            Stop-Because "ATCR_DOWNLOAD_URL is not an https URL: $base" ''
        }
        if ($url.Scheme -ne 'https' -and -not (Test-Loopback $url)) {
            Stop-Because "$base is not https" 'http is allowed only on this machine (localhost, 127.0.0.1, [::1])'
        }
        $base
    }

    # No redirect is followed: PowerShell 5.1 would follow one from https to http.
    function Open-Response([Uri] $url) {
        $request = [Net.HttpWebRequest] [Net.WebRequest]::Create($url)
        $request.AllowAutoRedirect = $false
        $request.UserAgent = "$name-installer"
        if ($url.Scheme -eq 'http') { $request.Proxy = $null }
        $request.GetResponse()
    }

    # https, or http on this machine that did not come after https.
    function Get-NextUrl([Uri] $url, [string] $location) {
        $next = New-Object Uri $url, $location
        $isHttp = $url.Scheme -eq 'http' -and (Test-Loopback $next)
        if ($next.Scheme -ne 'https' -and -not $isHttp) { throw "it redirects to $next, which is not https" }
        $next
    }

    function Save-Response($response, [string] $file) {
        $body = $response.GetResponseStream()
        $output = [IO.File]::Create($file)
        try { $body.CopyTo($output) } finally { $output.Dispose(); $body.Dispose() }
    }

    function Save-Download([string] $url, [string] $file) {
        try {
            $next = [Uri] $url
            foreach ($hop in 1..10) {
                $response = Open-Response $next
                try {
                    $location = $response.Headers['Location']
                    if ([int] $response.StatusCode -lt 300 -or -not $location) { return Save-Response $response $file }
                    $next = Get-NextUrl $next $location
                } finally {
                    $response.Dispose()
                }
            }
            throw 'too many redirects'
        } catch {
            Stop-Because "can't download ${url}: $($_.Exception.Message)" "available versions: $page/releases"
        }
    }

    # checksums.txt has the hash and name of every file of a release; that of latest/download names the latest version.
    function Get-Release([string] $base, [string] $platform, [string] $work) {
        $wanted = (Get-Setting 'ATCR_VERSION' 'latest') -replace '^v', ''
        if ($wanted -eq 'latest') {
            $list = "$base/latest/download/checksums.txt"
        } elseif ($wanted -cmatch '^[0-9][0-9A-Za-z.+-]*$') {
            $list = "$base/download/v$wanted/checksums.txt"
        } else {
            Stop-Because "ATCR_VERSION is not a version: $wanted" '$env:ATCR_VERSION = "1.2.3"'
        }
        $file = Join-Path $work 'checksums.txt'
        Save-Download $list $file
        $pattern = "^(?<hash>[0-9a-f]{64})  (?<archive>${name}_(?<version>[0-9][0-9A-Za-z.+-]*)_$platform\.zip)$"
        $found = $null
        foreach ($line in Get-Content -LiteralPath $file) {
            if ($line -cmatch $pattern) { $found = $Matches; break }
        }
        if (-not $found) { Stop-Because "the release has no $name for ${platform}: $list" '' }
        if ($wanted -notin 'latest', $found.version) { Stop-Because "the checksums of $wanted are those of $($found.version): $list" '' }
        Test-Signature $list $file $found.version
        $found
    }

    # The trusted comment names the version: the signature of an older release is no good.
    function Test-Signature([string] $list, [string] $file, [string] $version) {
        if (-not $releaseKey -or -not (Get-Command minisign -CommandType Application -ErrorAction SilentlyContinue)) { return }
        Save-Download "$list.minisig" "$file.minisig"
        $comment = & minisign -VQm $file -P $releaseKey | Out-String
        if ($LASTEXITCODE -ne 0) { Stop-Because "the signature of $list is not valid" 'nothing was installed' }
        if ($comment.Trim() -cne "$name v$version") { Stop-Because "the signature of $list is not that of $name v$version" 'nothing was installed' }
    }

    # Extracts one file by name; no path in the archive is followed.
    function Expand-Program([string] $archive, [string] $file) {
        Add-Type -AssemblyName System.IO.Compression.FileSystem
        $zip = [IO.Compression.ZipFile]::OpenRead($archive)
        try {
            $bad = $zip.Entries | Where-Object { $_.FullName -match '(^|[\\/])\.\.([\\/]|$)|^[\\/]|:' }
            if ($bad) { Stop-Because "$(Split-Path -Leaf $archive) contains paths outside of it" 'nothing was installed' }
            $entry = $zip.GetEntry("$name.exe")
            if (-not $entry) { Stop-Because "$(Split-Path -Leaf $archive) does not contain $name.exe" '' }
            [IO.Compression.ZipFileExtensions]::ExtractToFile($entry, $file, $false)
        } finally {
            $zip.Dispose()
        }
    }

    # What would be replaced, or run by -Uninstall.
    function Test-Target([string] $target) {
        $item = Get-Item -LiteralPath $target -Force -ErrorAction SilentlyContinue
        if ($item -and ($item.PSIsContainer -or ($item.Attributes -band [IO.FileAttributes]::ReparsePoint))) {
            Stop-Because "$target is a link or directory, and may be managed by another tool" 'remove it, or set ATCR_INSTALL_DIR'
        }
    }

    # A running program can't be replaced, but it can be renamed: Docker may be running it right now.
    function Move-IntoPlace([string] $staged, [string] $target) {
        $old = "$target.old"
        if (Test-Path -LiteralPath $old) { Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue }
        if (-not (Test-Path -LiteralPath $target)) {
            Move-Item -LiteralPath $staged -Destination $target
            return
        }
        if (Test-Path -LiteralPath $old) { $old = "$target.$PID.old" }
        Move-Item -LiteralPath $target -Destination $old
        try {
            Move-Item -LiteralPath $staged -Destination $target
        } catch {
            Move-Item -LiteralPath $old -Destination $target
            throw
        }
        Remove-Item -LiteralPath $old -Force -ErrorAction SilentlyContinue
    }

    # From the registry, unexpanded: writing back the expanded value would freeze the variables in it.
    function Open-Environment([bool] $system) {
        if ($system) {
            $root, $path = [Microsoft.Win32.Registry]::LocalMachine, 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
        } else {
            $root, $path = [Microsoft.Win32.Registry]::CurrentUser, 'Environment'
        }
        $root.OpenSubKey($path, $true)
    }

    function Update-Path([bool] $system, [scriptblock] $change) {
        $key = Open-Environment $system
        try {
            $old = [string] $key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
            $folders = @($old -split ';' | Where-Object { $_ })
            $new = (& $change $folders) -join ';'
            if ($new -eq ($folders -join ';')) { return $false }
            $key.SetValue('Path', $new, [Microsoft.Win32.RegistryValueKind]::ExpandString)
        } finally {
            $key.Dispose()
        }
        # Setting any variable this way broadcasts the change, so that the desktop and others reload theirs.
        $scope = if ($system) { 'Machine' } else { 'User' }
        [Environment]::SetEnvironmentVariable('ATCR_INSTALLED', '1', $scope)
        [Environment]::SetEnvironmentVariable('ATCR_INSTALLED', $null, $scope)
        $true
    }

    function Test-SameFolder([string] $one, [string] $other) {
        [Environment]::ExpandEnvironmentVariables($one).TrimEnd('\') -eq $other.TrimEnd('\')
    }

    function Add-ToPath([bool] $system, [string] $folder) {
        $added = Update-Path $system {
            param($folders)
            if ($folders | Where-Object { Test-SameFolder $_ $folder }) { $folders } else { @($folders) + $folder }
        }
        if (-not ($env:Path -split ';' | Where-Object { $_ -and (Test-SameFolder $_ $folder) })) {
            $env:Path += ";$folder"
            # For the next steps of a workflow.
            if ($env:GITHUB_PATH) { [IO.File]::AppendAllText($env:GITHUB_PATH, "$folder`n") }
        }
        if ($added) { Write-Line "Added $folder to PATH; restart terminals, IDEs and Docker Desktop to pick it up" }
    }

    # The files of Docker and of podman that name the program.
    function Get-ClientFile([string] $client) {
        $file = if ($client -eq 'docker') {
            Join-Path (Get-Setting 'DOCKER_CONFIG' (Join-Path $HOME '.docker')) 'config.json'
        } else {
            $config = Get-Setting 'XDG_CONFIG_HOME' (Join-Path $HOME '.config')
            Get-Setting 'REGISTRY_AUTH_FILE' (Join-Path $config 'containers\auth.json')
        }
        if ((Test-Path -LiteralPath $file -PathType Leaf) -and (Select-String -LiteralPath $file -Pattern '"atcr"|:\s*"atcr-' -Quiet)) { $file }
    }

    # A copy, which knows itself to be Docker's plugin by this name.
    function Get-Plugin {
        Join-Path (Get-Setting 'DOCKER_CONFIG' (Join-Path $HOME '.docker')) 'cli-plugins\docker-atcr.exe'
    }

    # Docker and podman can't pull from a registry whose helper is missing.
    function Remove-FromClients([string] $target) {
        $arguments = @('configure-docker', '--remove')
        $isNamed = (Get-ClientFile 'docker') -or (Test-Path -LiteralPath (Get-Plugin))
        if (Get-ClientFile 'podman') { $arguments += '--podman' } elseif (-not $isNamed) { return }
        # What it prints on stderr is no error, which Windows PowerShell would make of it.
        $ErrorActionPreference = 'Continue'
        try { $said = & $target $arguments 2>&1 | Out-String } catch { $said = "$_" }
        Write-Line $said.TrimEnd()
    }

    # Not kept quiet: nothing can be pulled until it is done.
    function Write-Left {
        foreach ($file in @(Get-ClientFile 'docker') + @(Get-ClientFile 'podman')) {
            if ($file) { Write-Host "note: $file still names it: remove ""atcr"" from its credHelpers and credsStore" }
        }
    }

    function Remove-Program([bool] $system, [string] $folder, [string] $target) {
        if (-not (Test-Path -LiteralPath $target)) {
            Write-Line "$name is not in ${folder}: nothing to remove"
            return Write-Left
        }
        Remove-FromClients $target
        Remove-Item -LiteralPath $target -Force
        # Helpers for one account are copies beside it.
        Get-ChildItem -LiteralPath $folder -Filter "$name-*.exe" | Remove-Item -Force -ErrorAction SilentlyContinue
        Get-ChildItem -LiteralPath $folder -Filter "$name.exe*.old" | Remove-Item -Force -ErrorAction SilentlyContinue
        if (-not (Get-ChildItem -LiteralPath $folder -Force)) {
            Remove-Item -LiteralPath $folder
            $null = Update-Path $system { param($folders) @($folders | Where-Object { -not (Test-SameFolder $_ $folder) }) }
        }
        Write-Line "Removed $target"
        Write-Left
        $accounts = Get-Setting 'ATCR_CONFIG_DIR' (Join-Path $HOME '.atcr')
        if (Test-Path -LiteralPath $accounts) { Write-Line "Your accounts are still in $accounts" }
    }

    function Install-Program([bool] $system, [string] $folder, [string] $target, [string] $work) {
        $base = Get-Base
        $release = Get-Release $base (Get-Platform) $work
        $archive = Join-Path $work $release.archive
        Write-Line "Downloading $name $($release.version)"
        Save-Download "$base/download/v$($release.version)/$($release.archive)" $archive
        $seen = (Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash.ToLowerInvariant()
        if ($seen -ne $release.hash) {
            Stop-Because "checksum mismatch: the SHA-256 of $($release.archive) is $seen, expected $($release.hash)" 'nothing was installed; try again'
        }
        $null = New-Item -ItemType Directory -Force -Path $folder
        # In the same directory, so that the move is atomic; run once before it replaces the old one.
        $staged = Join-Path $folder ".$name.$([Guid]::NewGuid()).exe"
        try {
            Expand-Program $archive $staged
            $said = & $staged --version | Out-String
            if ($LASTEXITCODE -ne 0) { Stop-Because 'the downloaded program does not run on this machine' 'nothing was installed' }
            if (-not "$($said.Trim()) ".StartsWith("$name v$($release.version) ")) { Stop-Because "$($release.archive) contains another version: $said" 'nothing was installed' }
            Move-IntoPlace $staged $target
        } finally {
            if (Test-Path -LiteralPath $staged) { Remove-Item -LiteralPath $staged -Force }
        }
        Write-Line "Installed $target ($($said.Trim()))"
        Add-ToPath $system $folder
        Write-Line "Then log in: $name login"
    }

    $system = Test-Administrator
    $parent = if ($system) { $env:ProgramFiles } else { Join-Path $env:LOCALAPPDATA 'Programs' }
    $folder = Get-Setting 'ATCR_INSTALL_DIR' (Get-Setting 'INSTALL_DIR' (Join-Path $parent 'ATCR'))
    $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($folder)
    $target = Join-Path $folder "$name.exe"
    Test-Target $target
    if ($Uninstall) { return Remove-Program $system $folder $target }

    # Nothing older, as Windows PowerShell 5.1 may agree to; and not every Windows has TLS 1.3.
    $protocols = [Net.ServicePointManager]::SecurityProtocol
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    $work = Join-Path ([IO.Path]::GetTempPath()) "$name-$([Guid]::NewGuid())"
    try {
        $null = New-Item -ItemType Directory -Path $work
        Install-Program $system $folder $target $work
    } finally {
        [Net.ServicePointManager]::SecurityProtocol = $protocols
        if (Test-Path -LiteralPath $work) { Remove-Item -LiteralPath $work -Recurse -Force }
    }
}

& {
    Install-DockerCredentialAtcr -Uninstall ([bool] $Uninstall -or $env:ATCR_UNINSTALL -eq '1') -Quiet ([bool] $Quiet -or $env:ATCR_QUIET -eq '1')
}
