Public Sub RefreshFeed()
    Dim trouble As String
    On Error GoTo Failed
    Application.StatusBar = "Reading " & FeedName() & " ..."
    WriteRows SplitRows(Download())
    Application.StatusBar = False
    Exit Sub
Failed:
    trouble = Err.Description
    Application.ScreenUpdating = True
    Application.StatusBar = False
    MsgBox FeedName() & ": " & trouble, vbExclamation, "Tributary"
End Sub

' For whoever leaves the desk: the key is asked for again.
Public Sub ForgetKey()
    mKey = ""
End Sub

' The answer as text. What may pass by itself is tried again, after as long as the server says.
Private Function Download() As String
    Dim attempt As Long, http As Object
    If mKey = "" Then mKey = Trim$(InputBox("The key of this feed (it begins with trib_feed_). It is kept until Excel is closed.", "Tributary"))
    If mKey = "" Then Err.Raise vbObjectError + 1, , "no key was given, so nothing was read."
    For attempt = 1 To TRIES
        Set http = Asked()
        If Not http Is Nothing Then
            Select Case http.Status
                Case 200
                    Download = http.ResponseText
                    Exit Function
                Case 401
                    mKey = ""
                    Err.Raise vbObjectError + 401, , "the key is not known, or it has ended. Ask whoever made the feed for a new one."
                Case 408, 429, 500, 502, 503, 504
                Case Else
                    Err.Raise vbObjectError + http.Status, , Sentence(http)
            End Select
        End If
        If attempt < TRIES Then Application.Wait Now + TimeSerial(0, 0, Pause(http, attempt))
    Next attempt
    If http Is Nothing Then Err.Raise vbObjectError + 2, , "no answer came after " & TRIES & " tries. Is there a network?"
    Err.Raise vbObjectError + http.Status, , "no rows came after " & TRIES & " tries: " & Sentence(http)
End Function

' One call; Nothing where none came through. The key goes as a header, and to no other host.
Private Function Asked() As Object
    Dim http As Object
    Set http = CreateObject("WinHttp.WinHttpRequest.5.1")
    On Error GoTo NoAnswer
    http.Open "GET", ADDRESS, False
    http.Option(6) = False
    http.SetTimeouts 10000, 10000, 30000, 300000
    http.SetRequestHeader "Authorization", "Bearer " & mKey
    http.SetRequestHeader "Accept", "text/csv"
    http.Send
    Set Asked = http
    Exit Function
NoAnswer:
    Set Asked = Nothing
End Function

Private Function Pause(ByVal http As Object, ByVal attempt As Long) As Long
    Dim told As String
    Pause = 2 ^ attempt
    If Not http Is Nothing Then
        On Error Resume Next
        told = http.GetResponseHeader("Retry-After")
        On Error GoTo 0
        If Val(told) > Pause Then Pause = Val(told)
    End If
    If Pause > LONGEST_PAUSE Then Pause = LONGEST_PAUSE
End Function

' What the server says of why: the second row of its answer.
Private Function Sentence(ByVal http As Object) As String
    Dim rows As Collection
    Sentence = "the server answered " & http.Status & "."
    On Error Resume Next
    Set rows = SplitRows(http.ResponseText)
    If rows(1)(0) = "code" Then Sentence = rows(2)(1) & " " & rows(2)(2)
    On Error GoTo 0
End Function

' CSV as RFC 4180 has it: rows of texts, quotes taken away.
Private Function SplitRows(ByVal text As String) As Collection
    Dim found As New Collection, row() As String, count As Long, position As Long, ends As Boolean
    position = 1
    Do While position <= Len(text)
        ReDim row(0 To 7)
        count = 0
        Do
            If count > UBound(row) Then ReDim Preserve row(0 To 2 * count)
            row(count) = NextField(text, position, ends)
            count = count + 1
        Loop Until ends
        ReDim Preserve row(0 To count - 1)
        found.Add row
    Loop
    Set SplitRows = found
End Function

Private Function NextField(ByRef text As String, ByRef position As Long, ByRef ends As Boolean) As String
    Dim stops As Long, lineEnd As Long
    If Mid$(text, position, 1) = """" Then
        stops = position
        Do
            stops = InStr(stops + 1, text, """")
            If stops = 0 Then Err.Raise vbObjectError + 3, , "the answer ends in the middle of a text."
            If Mid$(text, stops + 1, 1) <> """" Then Exit Do
            stops = stops + 1
        Loop
        NextField = Replace(Mid$(text, position + 1, stops - position - 1), """""", """")
        stops = stops + 1
    Else
        stops = InStr(position, text, ",")
        lineEnd = InStr(position, text, vbCrLf)
        If lineEnd = 0 Then lineEnd = Len(text) + 1
        If stops = 0 Or stops > lineEnd Then stops = lineEnd
        NextField = Mid$(text, position, stops - position)
    End If
    ends = Mid$(text, stops, 1) <> ","
    position = stops + IIf(ends, 2, 1)
End Function

' Only now is the sheet touched: an answer that did not come leaves the last one where it is.
Private Sub WriteRows(ByVal rows As Collection)
    Dim target As Worksheet, kinds() As String, width As Long, column As Long, heading As String
    Dim entry As Variant, values() As Variant, filled As Long, above As Long
    If rows.Count = 0 Then Err.Raise vbObjectError + 4, , "the answer is empty."
    Set target = FeedSheet()
    If rows.Count > target.Rows.Count Then Err.Raise vbObjectError + 5, , "a sheet has no room for " & rows.Count & " rows."
    Application.ScreenUpdating = False
    target.Cells.ClearContents
    For Each entry In rows
        If above = 0 Then
            width = UBound(entry) + 1
            ReDim kinds(1 To width)
            ReDim values(1 To BLOCK, 1 To width)
            For column = 1 To width
                heading = entry(column - 1)
                kinds(column) = Told(heading, 1)
                If rows.Count > 1 Then target.Range(target.Cells(2, column), target.Cells(rows.Count, column)).NumberFormat = Told(heading, 2)
                target.Cells(1, column).NumberFormat = "@"
                target.Cells(1, column).Value2 = heading
            Next column
            above = 1
        Else
            If UBound(entry) <> width - 1 Then Err.Raise vbObjectError + 6, , "row " & (above + filled + 1) & " has another number of cells."
            filled = filled + 1
            For column = 1 To width
                values(filled, column) = Typed(entry(column - 1), kinds(column))
            Next column
            If filled = BLOCK Or above + filled = rows.Count Then
                target.Range(target.Cells(above + 1, 1), target.Cells(above + filled, width)).Value2 = values
                above = above + filled
                filled = 0
            End If
        End If
    Next entry
    Application.ScreenUpdating = True
End Sub

' The kind (1) or the number format (2) of a column; one that is not known here is a text.
Private Function Told(ByVal name As String, ByVal which As Long) As String
    Dim entry As Variant, parts() As String
    Told = Array("", "text", "@")(which)
    For Each entry In Split(FeedColumns(), vbLf)
        parts = Split(entry, vbTab)
        If UBound(parts) = 2 Then
            If parts(0) = name Then Told = parts(which)
        End If
    Next entry
End Function

' A value of its kind. A text stays one whatever it begins with, since its cells are formatted as texts; the mark of a
' text, which Excel does not show, is doubled.
Private Function Typed(ByVal said As String, ByVal kind As String) As Variant
    If said = "" Then
        Typed = Empty
    ElseIf kind = "int" Or kind = "float" Or kind = "money" Then
        If Digits(said) > 15 Then Typed = "'" & said Else Typed = Val(said)
    ElseIf kind = "bool" Then
        Typed = (said = "true")
    ElseIf (kind = "date" Or kind = "time") And said >= "1900-03-01" Then
        Typed = CDbl(DateSerial(CInt(Left$(said, 4)), CInt(Mid$(said, 6, 2)), CInt(Mid$(said, 9, 2))))
        If kind = "time" Then Typed = Typed + CInt(Mid$(said, 12, 2)) / 24 + CInt(Mid$(said, 15, 2)) / 1440 + Val(Mid$(said, 18, 9)) / 86400
    ElseIf kind = "date" Or kind = "time" Then
        Typed = "'" & said
    Else
        If Len(said) > 32767 Then Err.Raise vbObjectError + 7, , "a text of " & Len(said) & " characters is longer than a cell."
        If Left$(said, 1) = "'" Then Typed = "'" & said Else Typed = said
    End If
End Function

' Excel keeps fifteen of them.
Private Function Digits(ByVal said As String) As Long
    Dim place As Long
    If InStr(said, ".") > 0 Or InStr(said, "e") > 0 Then Exit Function
    For place = 1 To Len(said)
        If Mid$(said, place, 1) Like "[0-9]" Then Digits = Digits + 1
    Next place
End Function

' The sheet that is the feed's own; what else somebody writes there is cleared.
Private Function FeedSheet() As Worksheet
    Dim known As Worksheet
    For Each known In ThisWorkbook.Worksheets
        If LCase$(known.Name) = LCase$(FeedSheetName()) Then Set FeedSheet = known
    Next known
    If FeedSheet Is Nothing Then
        Set FeedSheet = ThisWorkbook.Worksheets.Add
        FeedSheet.Name = FeedSheetName()
    End If
End Function
