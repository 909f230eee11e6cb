; What the installer does beyond electron-builder's own script. Data is never removed behind anybody's back: by hand it is
; asked, silently it takes /DELETE_DATA. The entry that starts the program with the session goes with the program.

; By number (1036 French, 1033 English): this file is read before the languages have their names.
LangString DeleteDataQuestion 1036 "Supprimer aussi les données de Lanceur COLD (configuration, registre des documents livrés, journaux) ?$\r$\n$\r$\nSans le registre, une nouvelle installation pourrait livrer une seconde fois des documents déjà livrés."
LangString DeleteDataQuestion 1033 "Delete the data of Lanceur COLD too (configuration, register of delivered documents, logs)?$\r$\n$\r$\nWithout the register, a new installation might deliver documents that were delivered already."

!macro customInstall
  ; Setup.exe /S /NOUPDATES. Not below Software\Policies, where a user may not write even for himself.
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NOUPDATES" $R1
  ${IfNot} ${Errors}
    WriteRegDWORD SHELL_CONTEXT "Software\LanceurCOLD" "DisableUpdates" 1
  ${EndIf}
!macroend

!macro customUnInstall
  ; An installation over an older one runs the older one's uninstaller, as an update.
  ${IfNot} ${isUpdated}
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "LanceurCOLD"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "LanceurCOLD"
    DeleteRegKey SHELL_CONTEXT "Software\LanceurCOLD"
    StrCpy $R2 "keep"
    ${GetParameters} $R0
    ClearErrors
    ${GetOptions} $R0 "/DELETE_DATA" $R1
    ${IfNot} ${Errors}
      StrCpy $R2 "delete"
    ${ElseIfNot} ${Silent}
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DeleteDataQuestion)" /SD IDNO IDNO keepData
      StrCpy $R2 "delete"
      keepData:
    ${EndIf}
    ${If} $R2 == "delete"
      ; Data are each user's own, also where the program is everybody's; what follows means everybody's again.
      SetShellVarContext current
      RMDir /r "$APPDATA\LanceurCOLD"
      ${If} $installMode == "all"
        SetShellVarContext all
      ${EndIf}
    ${EndIf}
  ${EndIf}
!macroend
