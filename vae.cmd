@echo off
rem Builds the program when it is missing or older than its sources, then runs it: vae --help
setlocal
set "root=%~dp0"
set "program=%root%src\Cli\bin\Release\net10.0\vae.dll"
set "stamp=%root%src\Cli\obj\built-by-launcher"

where /q dotnet
if errorlevel 1 (
    echo vae: this program needs the .NET 10 SDK, and there is no dotnet on the path; see https://dotnet.microsoft.com/download/dotnet/10.0.>&2
    exit /b 2
)

if not exist "%program%" goto build
if not exist "%stamp%" goto build
rem Exit code 1: a source is newer than the last build.
powershell -NoProfile -Command "$built = (Get-Item -LiteralPath $env:stamp).LastWriteTimeUtc; $sources = @(Get-ChildItem -LiteralPath (Join-Path $env:root src) -Recurse -File | Where-Object { $_.FullName -notmatch '[\\/](bin|obj)[\\/]' }) + @(Get-ChildItem -Path (Join-Path $env:root *) -Include *.props, global.json); if ($sources | Where-Object { $_.LastWriteTimeUtc -gt $built }) { exit 1 }"
if errorlevel 1 goto build

:run
dotnet "%program%" %*
exit /b %errorlevel%

:build
pushd "%root%"
dotnet --version >nul 2>&1
if errorlevel 1 (
    popd
    echo vae: this program needs the .NET 10 SDK; see https://dotnet.microsoft.com/download/dotnet/10.0.>&2
    exit /b 2
)
if not exist "src\Cli\obj" mkdir "src\Cli\obj"
type nul > "%stamp%.new"
dotnet build src\Cli\Cli.csproj --configuration Release --disable-build-servers --verbosity quiet 1>&2
if errorlevel 1 (
    popd
    echo vae: the build failed; the reason is above.>&2
    exit /b 2
)
move /y "%stamp%.new" "%stamp%" >nul
popd
goto run
